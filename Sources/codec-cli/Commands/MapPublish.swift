import ArgumentParser
import CodecCompression
import CodecCore
import CodecMaps
import Foundation

struct MapPublish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Write maps as files that any static host can serve, found under /.well-known/codec.",
        discussion: """
            Writes the documents under names that hold their hash, a pointer for each id, and an index; dictionaries \
            and rank tables go beside them, under their hash. Serve the folder at the base URL, and .well-known at the \
            root of its host. Maps that the folder's index lists already stay listed.

              codec map publish *.json.gz --output site --base-url https://maps.example.com
            """)

    @Argument(help: ArgumentHelp("Map files, or files that maps are made from.", valueName: "map"))
    var maps: [String]
    @Option(name: .shortAndLong, help: "The folder to write into; made when it is not there.")
    var output: String
    @Option(help: "The URL of that folder: https, or http of a loopback host.")
    var baseURL: String
    @Option(
        name: .customLong("dictionary"),
        help: .init("A dictionary for zstd; may be repeated.", valueName: "file"))
    var dictionaries: [String] = []
    @Option(
        name: .customLong("rank-table"),
        help: .init("A rank table of the compact format; may be repeated.", valueName: "file"))
    var rankTables: [String] = []

    func run() async throws {
        var loaded: [TokenizerMap] = []
        for map in maps { loaded.append(try await loadMap(map, cache: nil)) }
        let folder = URL(fileURLWithPath: output, isDirectory: true)
        let publication = try MapPublication(
            loaded, dictionaries: try dictionaries.map(dictionary), rankTables: try rankTables.map(rankTable),
            baseURL: baseURL, keeping: try previousIndex(in: folder))
        for file in publication.files {
            let path = folder.appending(path: file.path)
            do {
                try FileManager.default.createDirectory(
                    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.bytes).write(to: path, options: .atomic)
            } catch {
                throw Failure("cannot write \(path.path): \(WholeFile.reason(error))")
            }
        }
        let stdout = Output()
        for map in loaded { try stdout.write("\(map.id) \(map.hash)\n") }
        try stdout.flush()
    }

    private func dictionary(_ path: String) throws -> [UInt8] {
        let bytes = try InputFile.bytes(path: path, upTo: ZstdDictionary.maximumBytes)
        do {
            _ = try ZstdDictionary(bytes)
        } catch {
            throw Failure(naming: path, error)
        }
        return bytes
    }

    private func rankTable(_ path: String) throws -> [UInt8] {
        let bytes = try InputFile.bytes(path: path, upTo: RankTable.maximumBytes)
        do {
            _ = try RankTable(parsing: bytes)
        } catch {
            throw Failure(naming: path, error)
        }
        return bytes
    }

    /// The index of an earlier publication; nil when the folder has none.
    private func previousIndex(in folder: URL) throws -> MapIndex? {
        let path = folder.appending(path: String(WellKnown.index.dropFirst()))
        guard FileManager.default.fileExists(atPath: path.path) else { return nil }
        do {
            return try MapIndex(parsing: InputFile.bytes(path: path.path, upTo: MapIndex.maximumBytes))
        } catch {
            throw Failure(naming: path.path, error)
        }
    }
}
