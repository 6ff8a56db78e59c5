import CodecCompression
import Foundation
import Testing

struct GzipTests {
    static func fixture(_ name: String) throws -> [UInt8] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil))
        let bytes = [UInt8](try Data(contentsOf: url))
        try #require(!bytes.isEmpty)
        return bytes
    }

    /// Text that compresses a little, and noise that does not.
    static func sample(_ count: Int, seed: UInt64) -> [UInt8] {
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
    static func cuts(_ bytes: [UInt8], longest: Int, seed: UInt64) -> [[UInt8]] {
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

    @Test("random bytes, cuts and flushes survive the round trip", arguments: 0..<40 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let plain = Self.sample(Int(random.next() % 300_000), seed: seed)
        let compressor = try GzipCompressor(level: Int(random.next() % 10))
        var packed: [UInt8] = []
        for part in Self.cuts(plain, longest: 70_000, seed: seed) {
            try compressor.compress(part, flush: random.next() % 4 == 0 ? .sync : .none, into: &packed)
        }
        try compressor.compress([], flush: .finish, into: &packed)
        #expect(try decompressGzip(packed) == plain)

        let decompressor = try GzipDecompressor()
        var output: [UInt8] = []
        for part in Self.cuts(packed, longest: 5000, seed: seed + 1) {
            try decompressor.decompress(part, into: &output)
        }
        try decompressor.finish()
        #expect(output == plain)
    }

    @Test("after a sync flush everything given so far can be read")
    func syncFlush() throws {
        let compressor = try GzipCompressor()
        let decompressor = try GzipDecompressor()
        var given: [UInt8] = []
        var got: [UInt8] = []
        for part in Self.cuts(Self.sample(20_000, seed: 3), longest: 300, seed: 4) {
            var packed: [UInt8] = []
            try compressor.compress(part, flush: .sync, into: &packed)
            given += part
            try decompressor.decompress(packed, into: &got)
            #expect(got == given)
        }
        #expect(throws: CompressionError.self) { try decompressor.finish() }
    }

    @Test(
        "files written by Python are read, byte by byte too",
        arguments: ["text.gz", "two-members.gz", "named.gz"])
    func pythonFiles(name: String) throws {
        let packed = try Self.fixture(name)
        let plain = try Self.fixture("text.bin")
        #expect(try decompressGzip(packed) == plain)
        let decompressor = try GzipDecompressor()
        var output: [UInt8] = []
        for byte in packed { try decompressor.decompress([byte], into: &output) }
        try decompressor.finish()
        #expect(output == plain)
    }

    @Test("a file cut off at any byte is truncated, unless a member ends there")
    func truncation() throws {
        let packed = try Self.fixture("two-members.gz")
        let plain = try Self.fixture("text.bin")
        var whole: [Int] = []
        for count in 0..<packed.count {
            do {
                let output = try decompressGzip(Array(packed[..<count]))
                #expect(output == Array(plain[..<1000]))
                whole.append(count)
            } catch {
                #expect(error == CompressionError(.truncated, offset: count))
            }
        }
        #expect(whole.count == 1)
    }

    @Test("a changed byte never gives other bytes without an error")
    func damage() throws {
        let packed = try Self.fixture("text.gz")
        let plain = try Self.fixture("text.bin")
        var refused = 0
        for index in packed.indices {
            var damaged = packed
            damaged[index] ^= 0x55
            do {
                // Time, level and system in the header (bytes 4 to 9) mean nothing to a reader.
                #expect(try decompressGzip(damaged) == plain)
                #expect((4...9).contains(index))
            } catch {
                #expect(error.code == .corrupt || error.code == .truncated)
                refused += 1
            }
        }
        #expect(refused == packed.count - 6)
    }

    @Test("bytes after the last member are refused")
    func trailingBytes() throws {
        let packed = try Self.fixture("text.gz") + [1, 2, 3]
        #expect { try decompressGzip(packed) } throws: { ($0 as? CompressionError)?.code == .corrupt }
    }

    @Test("an error stays")
    func errorStays() throws {
        let decompressor = try GzipDecompressor()
        var output: [UInt8] = []
        let first = #expect(throws: CompressionError.self) {
            try decompressor.decompress(Array("no gzip".utf8), into: &output)
        }
        let second = #expect(throws: CompressionError.self) {
            try decompressor.decompress([0x1f, 0x8b], into: &output)
        }
        #expect(first == second)
        #expect(first?.code == .corrupt)
        #expect(output.isEmpty)
    }

    @Test("nothing can be added after the end")
    func ended() throws {
        let compressor = try GzipCompressor()
        var packed: [UInt8] = []
        try compressor.compress([1], flush: .finish, into: &packed)
        let before = packed
        #expect { try compressor.compress([2], into: &packed) } throws: {
            ($0 as? CompressionError)?.code == .ended
        }
        #expect(packed == before)
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
