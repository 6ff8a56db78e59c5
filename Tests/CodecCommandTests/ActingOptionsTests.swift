import ArgumentParser
import CodecCore
import CodecMaps
import Testing

@testable import codec_cli

@Suite struct ActingOptionsTests {
    /// A map with two special tokens.
    static func map(toolCalling: String = "") throws -> TokenizerMap {
        let json = """
            {"id":"tests/acting","version":"2","vocab_size":3,"encoder":"byte_level","vocab":{"a":0},"merges":[],\
            "pre_tokenizer_pattern":" ?\\\\S+|\\\\s+","special_tokens":{"<s>":1,"<e>":2}\(toolCalling)}
            """
        return try TokenizerMap(parsing: Array(json.utf8))
    }

    @Test("--tool-markers are special tokens of a map that does not say how calls are written")
    func markers() throws {
        let options = try ActingOptions.parse(["--tool-markers", "<s>,<e>"])
        let calling = ToolCalling(convention: .custom, startMarker: "<s>", endMarker: "<e>")
        #expect(try options.toolCalling(of: Self.map()) == calling)
        let own = #","tool_calling":{"convention":"qwen25","markers":{"start":"<e>","end":"<s>"}}"#
        let error = #expect(throws: Failure.self) { try options.toolCalling(of: Self.map(toolCalling: own)) }
        #expect(error?.description.contains("<e>,<s>") == true)
        #expect(try ActingOptions.parse([]).toolCalling(of: Self.map()) == nil)
        for wrong in ["<s>,a", "<s>,<x>", "x,<e>"] {
            let options = try ActingOptions.parse(["--tool-markers", wrong])
            #expect(throws: Failure.self) { try options.toolCalling(of: Self.map()) }
        }
    }

    @Test("a map that cannot be read is named")
    func maps() async throws {
        let options = try ActingOptions.parse(["--translate-map", "/nowhere/map.json"])
        let error = await #expect(throws: Failure.self) { _ = try await options.maps() }
        #expect(error?.description.contains("/nowhere/map.json") == true)
        #expect(try await ActingOptions.parse([]).maps().isEmpty)
    }
}
