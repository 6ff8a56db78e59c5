import CodecCore
import CodecTesting
import Foundation
import Testing

@testable import CodecMaps

/// Maps made from the models' own files give the ids that the models' own tokenizers gave.
struct GoldenSourceTests {
    struct Source {
        var file: String
        var name: String
        var format: SourceFormat
        var family: String?
        var variants: Set<String> = ["plain", "special"]
    }

    static let sources = [
        Source(file: "deepseek.tokenizer.json", name: "deepseek", format: .huggingFace),
        Source(file: "qwen.tiktoken", name: "qwen", format: .tiktoken, family: "qwen"),
        Source(file: "qwen3_6.tiktoken", name: "qwen3_6", format: .tiktoken, family: "qwen3_6"),
        Source(file: "llama3.tokenizer.model", name: "llama3", format: .tiktoken, family: "llama3"),
        Source(file: "llama4.tokenizer.model", name: "llama4", format: .tiktoken, family: "llama4"),
        Source(file: "tokenizer.model.v1", name: "sp-v1", format: .sentencePiece, variants: ["plain"]),
        Source(
            file: "mistral_instruct_tokenizer_240323.model.v3", name: "sp-v3", format: .sentencePiece,
            variants: ["plain"]),
        Source(file: "tekken_240911.json", name: "tekken-240911", format: .tekken, variants: ["plain"]),
    ]

    @Test(
        "every source of the conformance set", .enabled(if: CodecTesting.Fixture.hasConformance),
        arguments: sources.indices)
    func source(_ index: Int) throws {
        let source = Self.sources[index]
        let folder = try #require(CodecTesting.Fixture.conformanceFolder)
        let path = folder.appending(path: "sources/\(source.file).gz").path
        let conversion = try MapConversion(path: path, id: "tests/\(source.name)")
        #expect(conversion.format == source.format)
        #expect(conversion.family == source.family)
        let map = try TokenizerMap(conversion.document)
        #expect(try MapDocument(parsing: map.documentBytes()) == conversion.document)
        #expect(
            try MapConversion(path: path, id: "tests/\(source.name)", family: source.family).document
                .canonicalBytes() == map.documentBytes())
        try GoldenTokenTests.expectEncodes(map.tokenizer, source.name, source.variants)
        try GoldenTokenTests.expectDecodes(map.vocabulary, source.name)
        try GoldenTokenTests.expectStreams(map.tokenizer, source.name)
        try GoldenTokenTests.expectLargeTexts(map.tokenizer, source.name)
    }
}
