import ArgumentParser
import CodecCompression
import CodecCore
import CodecMaps
import Foundation

struct MapBuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Make a map document out of a model's own tokenizer file.",
        discussion: """
            What the file is shows in its content: GGUF, tokenizer.json (with the tokenizer_config.json beside it), \
            a tiktoken file, tekken.json, or a SentencePiece model; any of them may be gzipped. The document is \
            canonical: the same file gives the same bytes, and so the same hash.

              codec map build model.gguf --output model.json
              codec map build tokenizer.json --id qwen/qwen2 --output qwen2.json.gz
              codec map build tokenizer.model --id meta-llama/llama-3 --family llama3 --output llama3.json
            """)

    @Argument(help: "A model's tokenizer file.")
    var file: String
    @Option(
        help:
            "The map's id, such as qwen/qwen2. A GGUF file says one itself; else it is made of the file's name."
    )
    var id: String?
    @Option(
        help: ArgumentHelp(
            "For tiktoken files: whose patterns and special tokens to take, when the file does not tell. One of "
                + RankFamily.all.map(\.name).joined(separator: ", ") + "."))
    var family: String?
    @Option(
        name: .shortAndLong, help: "Where to write; compressed when it ends with .gz. Stdout unless given.")
    var output: String?
    @Flag(help: "Print a report as JSON; needs --output.")
    var json = false

    func validate() throws {
        if let id, !MapDocument.isValidID(id) {
            throw ValidationError("--id is made of a-z 0-9 . _ - / without \"..\" and without a leading /")
        }
        if json, output == nil { throw ValidationError("--json needs --output: stdout is the report's") }
    }

    func run() async throws {
        let conversion: MapConversion
        do {
            conversion = try MapConversion(path: file, id: id, family: family)
        } catch {
            throw Failure(naming: file, error)
        }
        let map = try TokenizerMap(conversion.document)
        let stdout = Output()
        let document = try map.documentBytes()
        if let output {
            let bytes = output.hasSuffix(".gz") ? try gzip(document) : document
            try WholeFile.write(bytes, output)
        } else {
            try stdout.write(document)
        }
        let report = BuildReport(conversion, map, bytes: document.count, output)
        if json {
            try stdout.write(JSONText.of(report))
        } else {
            printError(report.text)
        }
        try stdout.flush()
    }

    private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        var compressed: [UInt8] = []
        try GzipCompressor(level: 9).compress(bytes, flush: .finish, into: &compressed)
        return compressed
    }
}

/// What was made of what.
private struct BuildReport: Encodable {
    var id: String
    var hash: String
    var format: String
    var family: String?
    var other_families: [String]?
    var bytes: Int
    var tokens: Int
    var merges: Int
    var special_tokens: Int
    var output: String?

    init(_ conversion: MapConversion, _ map: TokenizerMap, bytes: Int, _ output: String?) {
        id = map.id
        hash = map.hash.description
        format = conversion.format.rawValue
        family = conversion.family
        other_families = conversion.otherFamilies.isEmpty ? nil : conversion.otherFamilies
        self.bytes = bytes
        tokens = conversion.document.vocab.ids.count
        merges = conversion.document.merges.count
        special_tokens = map.specialTokens.count
        self.output = output
    }

    var text: String {
        var source = format
        if let family { source += ", family \(family)" }
        if let other_families { source += " (the same ranks: \(other_families.joined(separator: ", ")))" }
        return """
            \(id) \(hash)
            from \(source): \(tokens) tokens, \(merges) merges, \(special_tokens) special tokens, \(bytes) bytes
            """
    }
}
