import CodecCore
import CodecMaps
import Foundation
import Testing

@testable import codec_cli

/// `codec translate`, run as the program that it is.
@Suite struct TranslateTests {
    /// A map of single letters: `first` is the id of the first of them, `end` the name of its end-of-text token.
    private static func map(_ id: String, first: TokenID, merges: [String], end: String) throws -> [UInt8] {
        let letters = "abcĠ".map { String($0) }
        let tokens = letters + merges.map { $0.filter { $0 != " " } }
        let vocab = tokens.enumerated().map { "\"\($1)\":\(first + TokenID($0))" }.joined(separator: ",")
        let lines = merges.map { "\"\($0)\"" }.joined(separator: ",")
        let json = """
            {"id":"tests/\(id)","version":"2","vocab_size":\(tokens.count + 1),"encoder":"byte_level",\
            "vocab":{\(vocab)},"merges":[\(lines)],"pre_tokenizer_pattern":" ?\\\\S+|\\\\s+",\
            "special_tokens":{"\(end)":\(first + 50),"<x>":\(first + 51)}}
            """
        return Array(json.utf8)
    }

    private static let one = Result { try map("one", first: 0, merges: ["a b"], end: "</s>") }
    private static let two = Result { try map("two", first: 100, merges: ["b c", "Ġ a"], end: "<eos>") }

    /// Runs the program on two maps; returns stdout, stderr and the exit status.
    private func run(_ arguments: String..., stdin: String) throws -> (
        out: String, err: String, status: Int32
    ) {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let maps = [folder.appending(path: "one.json"), folder.appending(path: "two.json")]
        try Data(Self.one.get()).write(to: maps[0])
        try Data(Self.two.get()).write(to: maps[1])
        let input = folder.appending(path: "input")
        try Data(stdin.utf8).write(to: input)
        let process = Process()
        process.executableURL = Bundle.main.bundleURL.appending(path: "codec")
        process.arguments = ["translate", "--from", maps[0].path, "--to", maps[1].path] + arguments
        process.environment = ["XDG_CACHE_HOME": folder.path]
        process.standardInput = try FileHandle(forReadingFrom: input)
        let (out, err) = (folder.appending(path: "out"), folder.appending(path: "err"))
        for file in [out, err] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: err)
        try process.run()
        process.waitUntilExit()
        return (
            String(decoding: try Data(contentsOf: out), as: UTF8.self),
            String(decoding: try Data(contentsOf: err), as: UTF8.self), process.terminationStatus
        )
    }

    @Test("each line is a stream of its own, however it is cut")
    func streams() throws {
        // "ab c", "abc ab" with the end of text, nothing.
        let stdin = "[4,3,2]\n[4,2,3,4,50]\n[]\n"
        let expected = "[100,101,103,102]\n[100,104,105,101,150]\n[]\n"
        let whole = try run(stdin: stdin)
        #expect(whole.out == expected && whole.err.isEmpty && whole.status == 0, "\(whole)")
        let cut = try run("--chunk", "1", stdin: stdin)
        #expect(cut.out == expected && cut.status == 0)
        #expect(cut.err == "held back after a call: 1.5 ids on average, 8 calls\n")
    }

    @Test("special tokens and unknown ids, by option")
    func options() throws {
        #expect(try run(stdin: "[0,51,2]").out == "[100,102]\n")
        let refused = try run("--specials", "refuse", stdin: "[0]\n[51]")
        #expect(refused.out == "[100]\n" && refused.status == 1)
        #expect(refused.err.contains("line 2") && refused.err.contains("special token 51"))
        #expect(try run("--special", "<x>=<eos>", stdin: "[0,51,50]").out == "[100,150]\n")
        #expect(try run("--special", "51=102", stdin: "[0,51]").out == "[100,102]\n")
        #expect(try run("--special", "<y>=102", stdin: "[0]").status == 1)
        let unknown = try run(stdin: "[0,99]")
        #expect(unknown.status == 1 && unknown.err.contains("id 99 at index 1"))
        // The second vocabulary has no bytes for U+FFFD.
        #expect(try run("--unknown", "replace", stdin: "[0,99,2]").out == "[100,102]\n")
    }
}
