import ArgumentParser
import CodecMaps

struct MapVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that a map can be used, and is the one with a hash.",
        discussion: """
            Reads and validates the document, compiles its vocabulary, and compares its hash.

              codec map verify qwen2.json.gz --hash sha256:…
            """)

    @Argument(help: "A map file, a GGUF file, or a URL with #sha256:….")
    var map: String
    @Option(help: "The hash that the document's bytes must have.")
    var hash: String?

    func validate() throws {
        if let hash, ContentHash(hash) == nil {
            throw ValidationError("--hash is sha256: and 64 lowercase hex digits")
        }
    }

    func run() async throws {
        let found = try await loadMap(map)
        if let hash, found.hash.description != hash {
            throw Failure("\(map): its hash is \(found.hash), not \(hash)")
        }
        let output = Output()
        try output.write("ok \(found.id) \(found.hash)\n")
        try output.flush()
    }
}
