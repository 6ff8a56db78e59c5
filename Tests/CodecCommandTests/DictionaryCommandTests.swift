import ArgumentParser
import CodecCompression
import CodecCore
import CodecMaps
import Foundation
import Testing

@testable import codec_cli

/// `codec dict` over small files: a map of words, and streams of phrases.
@Suite struct DictionaryCommandTests {
    private let folder: URL
    private let map: TokenizerMap

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "codec-dict-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let tokens = (0..<400).map { #""\#($0)":"w\#($0) ""# }.joined(separator: ",")
        try Data(#"{"id":"tests/words","version":"1","vocab_size":400,"tokens":{\#(tokens)}}"#.utf8)
            .write(to: folder.appending(path: "map.json"))
        map = try TokenizerMap.load(path: folder.appending(path: "map.json").path)
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    /// Phrases of six ids in an order of chance.
    private func streams(_ count: Int, seed: UInt64) -> [[TokenID]] {
        var state = seed
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        var streams: [[TokenID]] = []
        for _ in 0..<count {
            var ids: [TokenID] = []
            for _ in 0..<60 {
                let phrase = next(150)
                for place in 0..<6 { ids.append(TokenID((phrase * 31 + place * place * 17) % 400)) }
                ids.append(TokenID(next(400)))
            }
            streams.append(ids)
        }
        return streams
    }

    private func record(_ streams: [[TokenID]], _ name: String, map hash: String? = nil) throws {
        let lines = try streams.map { ids in
            try JSONEncoder().encode(
                RecordedStream(map: hash ?? map.hash.description, frames: [ids], finishReason: "length"))
        }
        try Data(lines.joined(separator: [UInt8(ascii: "\n")])).write(to: folder.appending(path: name))
    }

    @Test("train writes a dictionary that makes other streams smaller than gzip does")
    func train() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try record(streams(60, seed: 1), "train.jsonl")
        try record(streams(8, seed: 2), "other.jsonl")
        for format in DictionaryFormatArgument.allCases {
            let output = path("\(format).zdict")
            let command = try DictTrain.parse([
                "--map", path("map.json"), "--format", format.rawValue, "--size", "2048", "-o", output,
                path("train.jsonl"),
                "--held-out", path("other.jsonl"),
            ])
            try await command.run()
            let dictionary = try loadDictionary(output)
            #expect(dictionary.bytes.count <= 2048 && dictionary.id != 0)
            let gains = try DictionaryGains(of: dictionary, on: streams(8, seed: 3), format: format.format)
            let whole = gains.rows.filter { $0.ids_per_flush == nil }
            #expect(whole.map(\.length) == [16, 32, 64, 128, 256])
            #expect(whole.allSatisfy { $0.gain_over_gzip > 0.1 && $0.streams == 8 })
        }
    }

    @Test("streams that repeat themselves are not learned from; a folder stands for its recorded streams")
    func loading() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try record([Array(repeating: 5, count: 100), [1, 2, 3]], "a.jsonl")
        for source in [path("a.jsonl"), folder.path] {
            let loaded = try LoadedStreams([source], map: map)
            #expect(loaded.looping == 1)
            #expect(loaded.streams == [[1, 2, 3]])
        }
    }

    @Test("recorded streams may be gzip, in a folder too; other bytes are no text")
    func compressed() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try record([[1, 2, 3]], "a.jsonl")
        let compressor = try #require(try ContentEncoding.gzip.makeCompressor())
        var gzip: [UInt8] = []
        try compressor.compress(try WholeFile.read(path("a.jsonl")), flush: .finish, into: &gzip)
        try FileManager.default.removeItem(atPath: path("a.jsonl"))
        try WholeFile.write(gzip, path("a.jsonl.gz"))
        for source in [path("a.jsonl.gz"), folder.path] {
            #expect(try LoadedStreams([source], map: map).streams == [[1, 2, 3]])
        }
        try WholeFile.write([0x77, 0x31, 0x20, 0xFF], path("a.txt"))
        let error = #expect(throws: Failure.self) { try LoadedStreams([path("a.txt")], map: map) }
        #expect(error?.description.contains("a.txt: byte 3 is no UTF-8") == true)
    }

    @Test("what begins like a stream that was learned from is not measured on")
    func unlike() {
        let streams = streams(6, seed: 4)
        let again = Array(streams[0].prefix(20))
        let heldOut = [streams[4], again, streams[5], streams[4], [1, 2]]
        #expect(LoadedStreams.unlike(Array(streams[..<4]), heldOut) == [streams[4], streams[5], [1, 2]])
        #expect(LoadedStreams.unlike([[1, 2]], [[1, 2]]).isEmpty)
    }

    @Test("failures of files are in the system's words")
    func files() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        for (action, expected) in [
            ({ _ = try WholeFile.read(path("none")) }, "none: No such file or directory"),
            ({ _ = try WholeFile.read(folder.path) }, "is a directory"),
            ({ _ = try WholeFile.read(path("map.json"), upTo: 3) }, "longer than 3 bytes"),
            ({ try WholeFile.write([1], path("no/file")) }, "no/file: No such file or directory"),
        ] as [(() throws -> Void, String)] {
            let error = #expect(throws: Failure.self) { try action() }
            #expect(error?.description.hasSuffix(expected) == true, "\(error?.description ?? "")")
        }
    }

    @Test("ids of another map, damaged lines and missing files are refused by name")
    func refused() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let other = "sha256:" + String(repeating: "0", count: 64)
        try record([[1, 2, 3]], "a.jsonl", map: other)
        try Data("{}\n".utf8).write(to: folder.appending(path: "b.jsonl"))
        for (name, expected) in [("a.jsonl", other), ("b.jsonl", "line 1"), ("c.jsonl", "no such file")] {
            let error = #expect(throws: Failure.self) { try LoadedStreams([path(name)], map: map) }
            #expect(error?.description.contains(expected) == true, "\(name): \(error?.description ?? "")")
        }
        #expect(throws: Failure.self) { try LoadedStreams([path("map.json")], map: map).split() }
    }

    @Test("rank writes the most frequent ids first")
    func rank() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try record([[9, 9, 9, 4, 4, 300, 300, 300, 300]], "a.jsonl")
        let command = try DictRank.parse([
            "--map", path("map.json"), "--count", "2", "-o", path("ids.ranks"), path("a.jsonl"),
        ])
        try await command.run()
        #expect(try RankTable(parsing: WholeFile.read(path("ids.ranks"))).ids == [300, 9])
    }

    @Test(
        "wrong usage is refused, with 64",
        arguments: [
            ["dict", "train", "--map", "m", "-o", "o", "f"],
            ["dict", "train", "--map", "m", "--format", "compact", "-o", "o", "f"],
            ["dict", "train", "--map", "m", "--format", "msgpack", "-o", "o", "--size", "10", "f"],
            ["dict", "eval", "d", "--format", "msgpack", "f"], ["dict", "rank", "--map", "m", "f"],
            ["dict", "rank", "--map", "m", "-o", "o", "--count", "0", "f"], ["dict", "hash"],
        ])
    func usage(_ arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try CodecCommand.parseAsRoot(arguments) }
        #expect(error.map { CodecCommand.exitCode(for: $0).rawValue } == 64)
    }
}
