import CodecCompression
import Testing

@Suite("Round trips of every encoding")
struct RoundTripTests {
    @Test("random bytes, cuts and flushes survive", arguments: Coding.all, 0..<12 as Range<UInt64>)
    func roundTrip(coding: Coding, seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let plain = sample(Int(random.next() % 300_000), seed: seed)
        let compressor = try coding.compressor(for: seed % 2 == 0 ? .stream : .document)
        var packed: [UInt8] = []
        for part in cuts(plain, longest: 70_000, seed: seed) {
            try compressor.compress(part, flush: random.next() % 4 == 0 ? .sync : .none, into: &packed)
        }
        try compressor.compress([], flush: .finish, into: &packed)
        #expect(try coding.decompress(packed) == plain)

        let decompressor = try coding.decompressor()
        var output: [UInt8] = []
        for part in cuts(packed, longest: 5000, seed: seed + 1) {
            try decompressor.decompress(part, into: &output)
        }
        try decompressor.finish()
        #expect(output == plain)
    }

    @Test("after a sync flush everything given so far can be read, byte by byte", arguments: Coding.all)
    func syncFlush(coding: Coding) throws {
        let compressor = try coding.compressor(for: .stream)
        let decompressor = try coding.decompressor()
        var given: [UInt8] = []
        var got: [UInt8] = []
        for part in cuts(sample(20_000, seed: 3), longest: 300, seed: 4) {
            var packed: [UInt8] = []
            try compressor.compress(part, flush: .sync, into: &packed)
            given += part
            for byte in packed { try decompressor.decompress([byte], into: &got) }
            #expect(got == given)
        }
        #expect(throws: CompressionError.self) { try decompressor.finish() }
    }

    @Test("flushing twice, or nothing, changes nothing that is read", arguments: Coding.all)
    func emptyFlushes(coding: Coding) throws {
        let compressor = try coding.compressor(for: .stream)
        var packed: [UInt8] = []
        for part in ["", "one", "", "", "two", ""] {
            try compressor.compress(Array(part.utf8), flush: .sync, into: &packed)
            try compressor.compress([], flush: .none, into: &packed)
        }
        try compressor.compress([], flush: .finish, into: &packed)
        #expect(try coding.decompress(packed) == Array("onetwo".utf8))
        #expect(try coding.decompress(coding.compress([])).isEmpty)
    }

    @Test("a body cut off at any byte is truncated", arguments: Coding.all)
    func truncation(coding: Coding) throws {
        let packed = try coding.compress(sample(500, seed: 9))
        for count in packed.indices {
            let error = #expect(throws: CompressionError.self) {
                try coding.decompress(Array(packed[..<count]))
            }
            #expect(error == CompressionError(.truncated, offset: count))
        }
    }

    @Test("damage gives an error or bytes, and stays an error", arguments: Coding.all)
    func damage(coding: Coding) throws {
        let packed = try coding.compress(sample(500, seed: 10))
        var refused = 0
        for index in packed.indices {
            var damaged = packed
            damaged[index] ^= 0x55
            let decompressor = try coding.decompressor()
            var output: [UInt8] = []
            do {
                try decompressor.decompress(damaged, into: &output)
                try decompressor.finish()
            } catch {
                refused += 1
                guard error.code != .truncated else { continue }
                #expect(throws: error) { try decompressor.decompress([0], into: &output) }
            }
        }
        #expect(refused > 0)
    }

    @Test("nothing can be added after the end", arguments: Coding.all)
    func ended(coding: Coding) throws {
        let compressor = try coding.compressor(for: .document)
        var packed: [UInt8] = []
        try compressor.compress([1], flush: .finish, into: &packed)
        let before = packed
        #expect { try compressor.compress([2], into: &packed) } throws: {
            ($0 as? CompressionError)?.code == .ended
        }
        #expect(packed == before)
    }

    @Test("bytes after the end are refused", arguments: Coding.all)
    func trailingBytes(coding: Coding) throws {
        let packed = try coding.compress(Array("body".utf8)) + [1, 2, 3, 4, 5]
        #expect { try coding.decompress(packed) } throws: { ($0 as? CompressionError)?.code == .corrupt }
    }
}
