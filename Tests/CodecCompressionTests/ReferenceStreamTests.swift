import CodecCompression
import Foundation
import Testing

/// Streams that other implementations wrote: conformance data, of which the fixtures hold a part.
@Suite("Streams of other implementations")
struct ReferenceStreamTests {
    struct Stream: Decodable {
        var id: String
        var encoding: String
        var dictionary: String?
        var frames: Int
        var flush_marks: [Int]?
        var hex: String?
        var file: String?
        var plain_hex: String?
        var plain_sha256: String
    }

    struct Damaged: Decodable {
        var what: String
        var encoding: String
        var given: String?
        var hex: String?
        var file: String?
    }

    struct Streams: Decodable {
        var streams: [Stream]
        var damaged: [Damaged]
    }

    /// The fixtures', and the full set where it is.
    static let folders: [URL?] =
        [nil] + (ProcessInfo.processInfo.environment["CODEC_CONFORMANCE"].map { [URL(filePath: $0)] } ?? [])

    static func read(_ folder: URL?) throws -> Streams {
        let bytes =
            try folder.map { [UInt8](try Data(contentsOf: $0.appending(path: "zstd/index.json"))) }
            ?? fixture("streams.json")
        return try JSONDecoder().decode(Streams.self, from: Data(bytes))
    }

    static func bytes(hex: String?, file: String?, in folder: URL?) throws -> [UInt8] {
        if let hex {
            let digits = Array(hex.utf8)
            return stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
            }
        }
        return [UInt8](try Data(contentsOf: try #require(folder).appending(path: try #require(file))))
    }

    static func coding(_ encoding: String, _ dictionary: String?) -> Coding {
        Coding(
            encoding: ContentEncoding(headerValue: encoding),
            dictionaryFile: dictionary.map { $0 + ($0.hasSuffix("content") ? ".bin" : ".zdict") })
    }

    @Test("are read whole, byte by byte, and what was flushed at its mark", arguments: folders)
    func streams(folder: URL?) throws {
        let streams = try Self.read(folder).streams
        #expect(streams.count > 15)
        for stream in streams {
            let coding = Self.coding(stream.encoding, stream.dictionary)
            let packed = try Self.bytes(hex: stream.hex, file: stream.file, in: folder)
            let plain = try coding.decompress(packed)
            #expect(ContentHash(of: plain).hex == stream.plain_sha256, "\(stream.id)")
            if let hex = stream.plain_hex {
                #expect(try plain == Self.bytes(hex: hex, file: nil, in: nil), "\(stream.id)")
            }
            let decompressor = try coding.decompressor()
            var output: [UInt8] = []
            var lengths = [0]
            for byte in packed {
                try decompressor.decompress([byte], into: &output)
                lengths.append(output.count)
            }
            try decompressor.finish()
            #expect(output == plain)
            // Each mark brings the next frame; long streams have marks for their first frames only.
            if let marks = stream.flush_marks {
                let there = marks.map { lengths[$0] }
                #expect(zip(there, there.dropFirst()).allSatisfy(<), "\(stream.id)")
                if marks.count == stream.frames { #expect(there.last == plain.count, "\(stream.id)") }
            }
        }
    }

    @Test("are refused where they are damaged", arguments: folders)
    func damaged(folder: URL?) throws {
        let cases = try Self.read(folder).damaged
        #expect(cases.count > 8)
        for stream in cases {
            let packed = try Self.bytes(hex: stream.hex, file: stream.file, in: folder)
            let expected: CompressionError.Code =
                switch stream.what {
                case "wrong dictionary", "no dictionary": .wrongDictionary
                case "cut off": .truncated
                case let what where what.hasPrefix("bomb"): .ratioTooHigh
                default: .corrupt
                }
            let error = #expect(throws: CompressionError.self, "\(stream.what)") {
                try Self.coding(stream.encoding, stream.given).decompress(packed)
            }
            #expect(error?.code == expected, "\(stream.encoding): \(stream.what)")
        }
    }
}
