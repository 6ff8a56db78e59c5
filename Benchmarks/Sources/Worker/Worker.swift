import CodecCompression
import CodecCore
import CodecMaps
import Foundation

/// Does one timed piece of work for each line on stdin, so that the driver can alternate between us and a peer.
///
/// `ready` (does nothing) · `load MAP` · `load-cached MAP FOLDER` (its compiled form, which FOLDER keeps) · `encode FILE` ·
/// `encode-batch FILE` (its documents, which U+001E separates, on all cores) · `decode FILE` (the ids of its text) ·
/// `frames FORMAT COUNT` (encode and decode one-id frames) · what is done with ids alone: see `idAnswer`. Answers one JSON
/// line: nanoseconds as clocks go by and of the processors, a count, and a hash of the ids where there are any.
///
/// Of streams: `ids FILE` (the ids of its text, as JSON) · `wire-sizes PLAN` and `wire-costs PLAN ROUNDS` (`WireSizes`).
@main
struct Worker {
    var map: TokenizerMap?
    /// What ids are translated to.
    var target: TokenizerMap?

    static func main() async {
        var worker = Worker()
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            let answer: String
            do {
                answer = try await worker.answer(words)
            } catch {
                answer = #"{"error":"\#(error)"}"#
            }
            FileHandle.standardOutput.write(Data((answer + "\n").utf8))
        }
    }

    private mutating func answer(_ words: [String]) async throws -> String {
        switch (words.first, words.count) {
        case ("ready", 1):
            return report(Times(wall: 0, cpu: 0), count: 0)
        case ("load", 2):
            var loaded: TokenizerMap?
            let time = try measure { loaded = try TokenizerMap.load(path: words[1]) }
            map = loaded
            return report(time, count: loaded?.vocabSize ?? 0)
        case ("load-cached", 3):
            let cache = CompiledMapCache(folder: words[2])
            _ = try TokenizerMap.load(path: words[1], cache: cache)
            var loaded: TokenizerMap?
            let time = try measure { loaded = try TokenizerMap.load(path: words[1], cache: cache) }
            map = loaded
            return report(time, count: loaded?.vocabSize ?? 0)
        case ("encode", 2):
            guard let map else { throw WorkerError("no map is loaded") }
            let text = try bytes(words[1])
            var ids: [TokenID] = []
            let time = measure { ids = text.withUnsafeBufferPointer { map.tokenizer.encode(utf8: $0) } }
            return report(time, count: ids.count, hash(ids))
        case ("encode-batch", 2):
            guard let map else { throw WorkerError("no map is loaded") }
            let documents = try bytes(words[1]).split(separator: 0x1E).map(Array.init)
            var ids: [[TokenID]] = []
            let time = try await measureAsync { ids = try await map.tokenizer.encode(batch: documents) }
            let all = ids.flatMap(\.self)
            return report(time, count: all.count, hash(all))
        case ("decode", 2):
            guard let map else { throw WorkerError("no map is loaded") }
            let text = try bytes(words[1])
            let ids = text.withUnsafeBufferPointer { map.tokenizer.encode(utf8: $0) }
            var output: [UInt8] = []
            output.reserveCapacity(text.count)
            let time = measure {
                var detokenizer = Detokenizer(map.vocabulary)
                detokenizer.append(ids, into: &output)
                detokenizer.finish(into: &output)
            }
            guard output == text else { throw WorkerError("the text does not come back") }
            return report(time, count: ids.count)
        case ("frames", 3):
            guard let count = Int(words[2]), count > 0 else { throw WorkerError("not a count: \(words[2])") }
            guard let format = FrameFormat(name: words[1]) else {
                throw WorkerError("unknown format: \(words[1])")
            }
            return try frames(format, count)
        case ("ids", 2):
            guard let map else { throw WorkerError("no map is loaded") }
            let text = try bytes(words[1])
            return try json(text.withUnsafeBufferPointer { map.tokenizer.encode(utf8: $0) })
        case ("wire-sizes", 2):
            return try json(try WireSizes(planFile: words[1]).rows())
        case ("wire-costs", 3):
            guard let rounds = Int(words[2]), rounds > 0 else {
                throw WorkerError("not a count: \(words[2])")
            }
            return try json(try WireSizes(planFile: words[1]).costs(rounds: rounds))
        default:
            if let answer = try idAnswer(words) { return answer }
            throw WorkerError("unknown command: \(words.joined(separator: " "))")
        }
    }

    private func frames(_ format: FrameFormat, _ count: Int) throws -> String {
        let frames = (0..<count).map { index in
            TokenFrame(
                ids: [TokenID(truncatingIfNeeded: index &* 7_919 % 100_000)], done: index == count - 1,
                finishReason: index == count - 1 ? .length : nil)
        }
        var body: [UInt8] = []
        body.reserveCapacity(count * 32)
        let encoding = measure {
            var encoder = FrameEncoder(format: format)
            for frame in frames { encoder.encode(frame, into: &body) }
        }
        var decoded: [TokenID] = []
        decoded.reserveCapacity(count)
        let decoding = try measure {
            var decoder = FrameDecoder(format: format)
            decoder.append(body)
            while let frame = try decoder.next() { decoded += frame.ids }
            try decoder.finish()
        }
        return
            #"{"encode_ns":\#(encoding.wall),"decode_ns":\#(decoding.wall),"count":\#(decoded.count),"bytes":\#(body.count)}"#
    }

    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    func measure(_ work: () throws -> Void) rethrows -> Times {
        let start = Times.now
        try work()
        return Times.now - start
    }

    private func measureAsync(_ work: () async throws -> Void) async rethrows -> Times {
        let start = Times.now
        try await work()
        return Times.now - start
    }

    /// SHA-256 of the ids as words of 32 bits, little-endian as this machine's; the driver compares it with the peers'.
    func hash(_ ids: [TokenID]) -> String {
        ids.withUnsafeBytes { ContentHash(of: $0).description }
    }

    func report(_ times: Times, count: Int, _ hash: String = "") -> String {
        #"{"wall_ns":\#(times.wall),"cpu_ns":\#(times.cpu),"count":\#(count),"ids":"\#(hash)"}"#
    }
}

/// Nanoseconds: as the clock goes by, and those that processors worked for this process.
struct Times {
    let wall: Int
    let cpu: Int

    static var now: Times { Times(wall: read(CLOCK_MONOTONIC), cpu: read(CLOCK_PROCESS_CPUTIME_ID)) }

    static func - (a: Times, b: Times) -> Times { Times(wall: a.wall - b.wall, cpu: a.cpu - b.cpu) }

    private static func read(_ clock: clockid_t) -> Int {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    }
}

struct WorkerError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
