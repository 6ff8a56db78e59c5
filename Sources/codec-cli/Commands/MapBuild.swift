import ArgumentParser
import CodecCompression
import CodecMaps
import Foundation

struct MapBuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Make a map document out of a model's own file.",
        discussion: """
            The document is canonical: the same model gives the same bytes, and so the same hash.

              codec map build model.gguf --output model.json
            """)

    @Argument(help: "A GGUF file.")
    var file: String
    @Option(
        name: .shortAndLong, help: "Where to write; compressed when it ends with .gz. Stdout unless given.")
    var output: String?

    func run() async throws {
        let map = try await loadMap(file)
        if let output {
            let bytes = output.hasSuffix(".gz") ? try gzip(map.document) : map.document
            do {
                try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
            } catch {
                throw Failure("cannot write \(output): \(error.localizedDescription)")
            }
        } else {
            let stdout = Output()
            try stdout.write(map.document)
            try stdout.flush()
        }
        printError("\(map.id) \(map.hash)")
    }

    private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        var compressed: [UInt8] = []
        try GzipCompressor(level: 9).compress(bytes, flush: .finish, into: &compressed)
        return compressed
    }
}
