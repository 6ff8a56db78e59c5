import ArgumentParser
import CodecCompression
import CodecMaps

struct MapVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Check that a map can be used, is the one with a hash, and gives what the model's own file says.",
        discussion: """
            Reads and validates the document, compiles its vocabulary, and compares its hash. With a source, a map \
            is built from that too, and the two are compared: what each id stands for, and the ids and decoded \
            text of a few thousand built-in texts, with and without special tokens. The first difference is named.

              codec map verify qwen2.json.gz --hash sha256:…
              codec map verify qwen2.json.gz tokenizer.json
            """)

    @Argument(help: "A map file (.json, .json.gz), a model's own tokenizer file, or a URL with #sha256:….")
    var map: String
    @Argument(help: "The model's own tokenizer file, as for codec map build.")
    var source: String?
    @Option(help: "For a tiktoken file: the family, as for codec map build.")
    var family: String?
    @Option(help: "The hash that the document's bytes must have.")
    var hash: String?

    func validate() throws {
        if let hash, ContentHash(hash) == nil {
            throw ValidationError("--hash is sha256: and 64 lowercase hex digits")
        }
        if family != nil, source == nil { throw ValidationError("--family needs a source") }
    }

    func run() async throws {
        let found = try await loadMap(map, cache: nil)
        if let hash, found.hash.description != hash {
            throw Failure("\(map): its hash is \(found.hash), not \(hash)")
        }
        var compared = ""
        if let source {
            let own: TokenizerMap
            do {
                own = try TokenizerMap(MapConversion(path: source, id: found.id, family: family).document)
            } catch {
                throw Failure(naming: source, error)
            }
            let verification = MapVerification(found, against: own)
            if let difference = verification.difference { throw Failure("\(map): \(difference)") }
            compared = " as \(source) on \(verification.textCount) texts"
            if !verification.unproven.isEmpty {
                compared += ", which is no proof: " + verification.unproven.joined(separator: "; ")
            }
        }
        let output = Output()
        try output.write("ok \(found.id) \(found.hash)\(compared)\n")
        try output.flush()
    }
}
