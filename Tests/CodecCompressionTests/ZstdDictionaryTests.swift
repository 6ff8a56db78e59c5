import CodecCompression
import Foundation
import Testing

@Suite("zstd and its dictionaries")
struct ZstdDictionaryTests {
    static let msgpack = Coding(encoding: .zstd, dictionaryFile: "dict-msgpack.zdict")
    static let protobuf = Coding(encoding: .zstd, dictionaryFile: "dict-protobuf.zdict")

    @Test("facts of the published dictionaries")
    func facts() throws {
        let trained = try #require(try Self.msgpack.dictionary())
        #expect(trained.id == 707_581_599)
        #expect(
            trained.hash.description
                == "sha256:5e02a99aee2e6b9543014150138df57f2406062285dcf28ebaba9b348c95cfb7")
        #expect(try ZstdDictionary(fixture("dict-raw-content.bin")).id == 0)
    }

    @Test("what is no dictionary is refused")
    func refusals() throws {
        let bytes = try fixture("dict-msgpack.zdict")
        let other = ContentHash(of: [1])
        #expect(throws: DictionaryError.hashMismatch(expected: other, actual: ContentHash(of: bytes))) {
            try ZstdDictionary(bytes, expecting: other)
        }
        #expect(throws: DictionaryError.tooSmall(7)) { try ZstdDictionary(Array(bytes.prefix(7))) }
        #expect(throws: DictionaryError.tooLarge(ZstdDictionary.maximumBytes + 1)) {
            try ZstdDictionary([UInt8](repeating: 1, count: ZstdDictionary.maximumBytes + 1))
        }
        // The tables follow eight bytes of magic number and id.
        #expect(throws: DictionaryError.damaged) { try ZstdDictionary(Array(bytes.prefix(40))) }
        #expect(try ZstdDictionary(bytes, expecting: ContentHash(of: bytes)).bytes == bytes)
    }

    @Test("a dictionary that reads streams but cannot write them is told apart")
    func unfit() throws {
        var bytes = try fixture("dict-msgpack.zdict")
        try ZstdDictionary(bytes).checkCompressing()
        try ZstdDictionary(fixture("dict-raw-content.bin")).checkCompressing()
        // In the Huffman table of literals; reading takes any, writing wants a code for each.
        bytes[14] = 1
        let dictionary = try ZstdDictionary(bytes)
        #expect(throws: DictionaryError.unfit) { try dictionary.checkCompressing() }
    }

    @Test("a stream of another dictionary, or read without any, is told apart")
    func wrongDictionary() throws {
        let packed = try Self.msgpack.compress(sample(300, seed: 1))
        for reader in [Self.protobuf, Coding(encoding: .zstd)] {
            #expect { try reader.decompress(packed) } throws: {
                ($0 as? CompressionError)?.code == .wrongDictionary
            }
        }
        let without = try Coding(encoding: .zstd).compress(sample(300, seed: 1))
        #expect(try Self.msgpack.decompress(without) == sample(300, seed: 1))
    }

    @Test("one dictionary serves many streams at once")
    func shared() async throws {
        let dictionary = try #require(try Self.msgpack.dictionary())
        await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<16 as Range<UInt64> {
                group.addTask {
                    let plain = sample(20_000, seed: seed)
                    let compressor = try ZstdCompressor(dictionary: dictionary, for: .stream)
                    var packed: [UInt8] = []
                    for part in cuts(plain, longest: 500, seed: seed) {
                        try compressor.compress(part, flush: .sync, into: &packed)
                    }
                    try compressor.compress([], flush: .finish, into: &packed)
                    #expect(try Self.msgpack.decompress(packed) == plain)
                }
            }
        }
    }

    @Test("frames follow one another, skippable ones too")
    func frames() throws {
        let coding = Coding(encoding: .zstd)
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9]
        let packed = try coding.compress([1, 2]) + skippable + coding.compress([3])
        #expect(try coding.decompress(packed) == [1, 2, 3])
    }

    @Test("a window above the limit is refused before its memory is taken", arguments: [11, 23, 24, 31])
    func window(log: Int) throws {
        // A frame's header with a window of 2^log and no content size (RFC 8878 §3.1.1.1), and an empty last block.
        let packed: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, UInt8((log - 10) << 3), 0x01, 0x00, 0x00]
        let coding = Coding(encoding: .zstd)
        if log <= 23 {
            #expect(try coding.decompress(packed).isEmpty)
        } else {
            #expect { try coding.decompress(packed) } throws: {
                ($0 as? CompressionError)?.code == .windowTooLarge
            }
        }
        #expect { try coding.decompress(packed, limits: DecompressionLimits(windowLog: log - 1)) } throws: {
            ($0 as? CompressionError)?.code == .windowTooLarge
        }
    }
}
