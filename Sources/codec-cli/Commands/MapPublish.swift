import ArgumentParser
import CodecMaps
import Foundation

struct MapPublish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Write maps as files that any static host can serve, found under /.well-known/codec.",
        discussion: """
            Writes the documents under names that hold their hash, a pointer for each id, and an index. Serve the \
            folder at the base URL, and .well-known at the root of its host.

              codec map publish *.json.gz --output site --base-url https://maps.example.com
            """)

    @Argument(help: ArgumentHelp("Map files, or files that maps are made from.", valueName: "map"))
    var maps: [String]
    @Option(name: .shortAndLong, help: "The folder to write into; made when it is not there.")
    var output: String
    @Option(help: "The URL of that folder: https, or http of a loopback host.")
    var baseURL: String

    func run() async throws {
        var loaded: [TokenizerMap] = []
        for map in maps { loaded.append(try await loadMap(map, cache: nil)) }
        let publication = try MapPublication(loaded, baseURL: baseURL)
        let folder = URL(fileURLWithPath: output, isDirectory: true)
        for file in publication.files {
            let path = folder.appending(path: file.path)
            do {
                try FileManager.default.createDirectory(
                    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.bytes).write(to: path, options: .atomic)
            } catch {
                throw Failure("cannot write \(path.path): \(error.localizedDescription)")
            }
        }
        let stdout = Output()
        for map in loaded { try stdout.write("\(map.id) \(map.hash)\n") }
        try stdout.flush()
    }
}
