import CodecCompression
import ArgumentParser
import CodecCore
import CodecMaps

struct MapInspect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Print what a map says about itself.")

    @Argument(help: "A map file (.json, .json.gz), a model's own tokenizer file, or a URL with #sha256:….")
    var map: String
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let map = try await loadMap(map)
        let bytes = try map.documentBytes()
        let report = MapReport(map, try MapDocument(parsing: bytes), bytes: bytes.count)
        let output = Output()
        if json {
            try output.write(JSONText.of(report))
        } else {
            try output.write(report.text + "\n")
        }
        try output.flush()
    }
}

/// The facts of a map, in the words of its document.
private struct MapReport: Encodable {
    var id: String
    var hash: String
    var version: String
    var bytes: Int
    var vocab_size: Int
    var tokens: Int
    var largest_id: Int
    var encoder: String
    var merges: Int
    var pre_tokenizer: String
    var byte_fallback_start: UInt32?
    var special_tokens: [String: UInt32]

    init(_ map: TokenizerMap, _ document: MapDocument, bytes: Int) {
        id = map.id
        hash = map.hash.description
        version = document.version.rawValue
        self.bytes = bytes
        vocab_size = document.vocabSize
        tokens = document.vocab.ids.count
        largest_id = map.vocabulary.idLimit - 1
        encoder = document.encoder?.rawValue ?? "plain"
        merges = document.merges.count
        pre_tokenizer =
            if let splits = document.preTokenizerSplits {
                "splits: "
                    + splits.map { split in
                        switch split {
                        case .pattern(let pattern): pattern
                        case .bytePattern(let pattern): "over bytes: \(pattern)"
                        }
                    }.joined(separator: "  ")
            } else if let program = document.preTokenizerProgram {
                "program of \(program.count) ops"
            } else {
                document.preTokenizerPattern.map { "pattern: \($0)" } ?? "none"
            }
        byte_fallback_start = document.byteFallbackStart
        special_tokens = map.specialTokens
    }

    var text: String {
        var table = Table([("", .left), ("", .left)])
        table.add(["id", id])
        table.add(["hash", hash])
        table.add(["version", version])
        table.add(["bytes", "\(bytes)"])
        table.add(["vocab_size", "\(vocab_size)"])
        table.add(["tokens", "\(tokens)"])
        table.add(["largest id", "\(largest_id)"])
        table.add(["encoder", encoder])
        table.add(["merges", "\(merges)"])
        table.add(["pre-tokenizer", pre_tokenizer])
        table.add(["byte fallback", byte_fallback_start.map { "from id \($0)" } ?? "none"])
        table.add(["special tokens", "\(special_tokens.count)"])
        for (name, id) in special_tokens.sorted(by: { $0.value < $1.value }) {
            table.add(["  \(id)", name])
        }
        return String(table.text.drop { $0 == "\n" })
    }
}
