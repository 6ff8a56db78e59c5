import ArgumentParser
import CodecCompression
import CodecCore
import CodecMaps
import Foundation

/// Files of streams: recorded ones, or text that a map turns into ids.
struct StreamFiles: ParsableArguments {
    @OptionGroup var map: MapArgument
    @Argument(
        help: ArgumentHelp(
            "Recorded streams (.jsonl, .jsonl.gz, or a folder of them) or text files.", valueName: "streams"))
    var paths: [String]

    /// The streams of all files that can be learned from, in order.
    func load() async throws -> LoadedStreams {
        try LoadedStreams(paths, map: try await map.load())
    }
}

/// Streams, and how many were left out.
struct LoadedStreams {
    let map: TokenizerMap
    private(set) var streams: [[TokenID]] = []
    /// Streams in which the model went round in circles.
    private(set) var looping = 0

    /// - Throws: `Failure` for what cannot be read, for streams of another map, and when no stream is left.
    init(_ paths: [String], map: TokenizerMap) throws {
        self.map = map
        for path in try paths.flatMap(Self.files) {
            let bytes = try Self.read(path)
            if Self.isRecorded(path) {
                try addRecorded(bytes, path)
            } else {
                try addText(bytes, path)
            }
        }
        guard !streams.isEmpty else {
            throw Failure("there is no stream in \(paths.joined(separator: ", "))")
        }
    }

    var ids: Int { streams.reduce(0) { $0 + $1.count } }

    var summary: String {
        "\(streams.count) streams, \(ids) ids"
            + (looping > 0 ? "; \(looping) streams that repeat themselves were left out" : "")
    }

    /// Every fifth stream apart from the others, to measure on.
    func split() throws -> (training: [[TokenID]], heldOut: [[TokenID]]) {
        let parts = streams.enumerated().reduce(into: ([[TokenID]](), [[TokenID]]())) { parts, stream in
            if stream.offset % 5 == 4 {
                parts.1.append(stream.element)
            } else {
                parts.0.append(stream.element)
            }
        }
        guard !parts.1.isEmpty else {
            throw Failure(
                "\(streams.count) streams are too few to hold some out: give at least 5, or --held-out")
        }
        return parts
    }

    /// The streams that begin like none that was learned from, nor like each other: the same answer said again would
    /// flatter what was learned.
    static func unlike(_ training: [[TokenID]], _ heldOut: [[TokenID]]) -> [[TokenID]] {
        var beginnings = Set(training.map { $0.prefix(Self.beginning) })
        return heldOut.filter { beginnings.insert($0.prefix(Self.beginning)).inserted }
    }

    /// Ids of the shortest streams that are measured.
    private static let beginning = 16

    private mutating func addRecorded(_ bytes: [UInt8], _ path: String) throws {
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            let stream: RecordedStream
            do {
                stream = try JSONDecoder().decode(RecordedStream.self, from: Data(line))
            } catch {
                throw Failure("\(path), line \(number + 1): no recorded stream")
            }
            guard stream.map == map.hash.description else {
                throw Failure(
                    "\(path), line \(number + 1): the ids are of the map \(stream.map), not of \(map.hash)")
            }
            let ids = stream.frames.flatMap(\.self)
            guard !ids.isEmpty else { continue }
            if Repetition.isLooping(ids) { looping += 1 } else { streams.append(ids) }
        }
    }

    /// Bytes that the vocabulary lacks are left out, as its tokenizer does.
    private mutating func addText(_ bytes: [UInt8], _ path: String) throws {
        if let offset = bytes.withUnsafeBufferPointer({ UTF8Check.firstInvalidByte(in: $0) }) {
            throw Failure(
                "\(path): byte \(offset) is no UTF-8 text; recorded streams end in .jsonl or .jsonl.gz")
        }
        let ids = bytes.withUnsafeBufferPointer { map.tokenizer.encode(utf8: $0) }
        streams += TrainingStreams.pieces(ids)
    }

    /// The file itself, or the recorded streams of a folder, by name.
    private static func files(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Failure("\(path): no such file")
        }
        guard isFolder.boolValue else { return [path] }
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        return names.filter(isRecorded).sorted().map { path + "/" + $0 }
    }

    private static func isRecorded(_ path: String) -> Bool {
        path.hasSuffix(".jsonl") || path.hasSuffix(".jsonl.gz")
    }

    /// The file's bytes; when it is gzip, what it unpacks to.
    private static func read(_ path: String) throws -> [UInt8] {
        let bytes = try WholeFile.read(path)
        guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
        do {
            return try decompressGzip(bytes, limits: DecompressionLimits(outputBytes: WholeFile.longest))
        } catch {
            throw Failure(naming: path, error)
        }
    }
}
