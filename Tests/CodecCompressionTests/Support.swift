import CodecCompression
import Foundation
import Testing

/// Bytes of a file of the fixtures.
func fixture(_ name: String) throws -> [UInt8] {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil))
    let bytes = [UInt8](try Data(contentsOf: url))
    try #require(!bytes.isEmpty)
    return bytes
}

/// Text that compresses a little, and noise that does not.
func sample(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SplitMix(state: seed)
    var bytes: [UInt8] = []
    while bytes.count < count {
        if random.next() % 3 == 0 {
            bytes.append(contentsOf: "a frame of ids; ".utf8)
        } else {
            bytes.append(UInt8(truncatingIfNeeded: random.next()))
        }
    }
    return Array(bytes.prefix(count))
}

/// Cuts `bytes` at random places.
func cuts(_ bytes: [UInt8], longest: Int, seed: UInt64) -> [[UInt8]] {
    var random = SplitMix(state: seed)
    var parts: [[UInt8]] = []
    var start = 0
    while start < bytes.count {
        let end = min(bytes.count, start + Int(random.next() % UInt64(longest + 1)))
        parts.append(Array(bytes[start..<end]))
        start = end
    }
    return parts
}

/// An encoding, with the dictionary that it is used with.
struct Coding: CustomTestStringConvertible, Sendable {
    var encoding: ContentEncoding
    var dictionaryFile: String?

    static let all = [
        Coding(encoding: .gzip), Coding(encoding: .br), Coding(encoding: .zstd),
        Coding(encoding: .zstd, dictionaryFile: "dict-msgpack.zdict"),
        Coding(encoding: .zstd, dictionaryFile: "dict-raw-content.bin"),
    ]

    var testDescription: String { encoding.rawValue + (dictionaryFile.map { " with \($0)" } ?? "") }

    func dictionary() throws -> ZstdDictionary? {
        try dictionaryFile.map { try ZstdDictionary(fixture($0)) }
    }

    func compressor(for use: CompressionUse) throws -> any StreamCompressor {
        try #require(try encoding.makeCompressor(dictionary: try dictionary(), for: use))
    }

    func decompressor(
        limits: DecompressionLimits = .init(), now: @escaping WorkClock = monotonicTime
    ) throws -> any StreamDecompressor {
        try #require(try encoding.makeDecompressor(limits: limits, dictionary: try dictionary(), now: now))
    }

    func compress(_ plain: [UInt8], for use: CompressionUse = .document) throws -> [UInt8] {
        var packed: [UInt8] = []
        try compressor(for: use).compress(plain, flush: .finish, into: &packed)
        return packed
    }

    func decompress(_ packed: [UInt8], limits: DecompressionLimits = .init()) throws -> [UInt8] {
        let decompressor = try decompressor(limits: limits)
        var output: [UInt8] = []
        try decompressor.decompress(packed, into: &output)
        try decompressor.finish()
        return output
    }
}

/// A small repeatable generator, so that a failing seed can be run again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
