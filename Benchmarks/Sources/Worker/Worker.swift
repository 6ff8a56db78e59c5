import CodecCore
import CodecMaps
import Foundation

/// Does one timed piece of work for each line on stdin, so that the driver can alternate between us and a peer.
///
/// `load MAP` · `encode FILE` (warm) · `encode-cold FILE` (a new tokenizer) · `decode FILE` (the ids of its text) ·
/// `frames FORMAT COUNT` (encode and decode one-id frames). Answers one JSON line: nanoseconds, a count, and a
/// checksum of the ids where there are any.
@main
struct Worker {
    private var map: TokenizerMap?
    private let clock = ContinuousClock()

    static func main() {
        var worker = Worker()
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            let answer: String
            do {
                answer = try worker.answer(words)
            } catch {
                answer = #"{"error":"\#(error)"}"#
            }
            FileHandle.standardOutput.write(Data((answer + "\n").utf8))
        }
    }

    private mutating func answer(_ words: [String]) throws -> String {
        switch (words.first, words.count) {
        case ("load", 2):
            var loaded: TokenizerMap?
            let time = try measure { loaded = try TokenizerMap.load(path: words[1]) }
            map = loaded
            return report(time, count: loaded?.vocabSize ?? 0)
        case ("encode", 2), ("encode-cold", 2):
            guard let map else { throw WorkerError("no map is loaded") }
            let text = try bytes(words[1])
            let tokenizer = words[0] == "encode" ? map.tokenizer : Tokenizer(map.vocabulary)
            var ids: [TokenID] = []
            let time = measure { ids = text.withUnsafeBufferPointer { tokenizer.encode(utf8: $0) } }
            return report(time, count: ids.count, checksum(ids))
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
            return report(time, count: ids.count, output == text ? 1 : 0)
        case ("frames", 3):
            guard let count = Int(words[2]), count > 0 else { throw WorkerError("not a count: \(words[2])") }
            let format: FrameFormat = words[1] == "msgpack" ? .msgpack : .protobuf
            return try frames(format, count)
        default:
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
            let encoder = FrameEncoder(format: format)
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
            #"{"encode_ns":\#(encoding),"decode_ns":\#(decoding),"count":\#(decoded.count),"bytes":\#(body.count)}"#
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    /// Nanoseconds.
    private func measure(_ work: () throws -> Void) rethrows -> Int64 {
        let duration = try clock.measure(work).components
        return duration.seconds * 1_000_000_000 + duration.attoseconds / 1_000_000_000
    }

    /// FNV-1a over the ids' little-endian bytes; the driver computes the same of a peer's ids.
    private func checksum(_ ids: [TokenID]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for id in ids { hash = (hash ^ UInt64(id)) &* 0x100_0000_01B3 }
        return hash
    }

    private func report(_ time: Int64, count: Int, _ checksum: UInt64 = 0) -> String {
        #"{"ns":\#(time),"count":\#(count),"checksum":"\#(checksum)"}"#
    }
}

struct WorkerError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
