import CodecCompression
import Foundation
import Testing

struct DecompressionLimitTests {
    static func zeros(_ count: Int) throws -> [UInt8] {
        let compressor = try GzipCompressor(level: 9)
        var packed: [UInt8] = []
        try compressor.compress([UInt8](repeating: 0, count: count), flush: .finish, into: &packed)
        return packed
    }

    @Test("a bomb stops at the ratio, soon after the slack")
    func bomb() throws {
        let packed = try Self.zeros(30_000_000)
        let decompressor = try GzipDecompressor(limits: DecompressionLimits(ratio: 500))
        var output: [UInt8] = []
        let error = #expect(throws: CompressionError.self) {
            try decompressor.decompress(packed, into: &output)
        }
        #expect(error?.code == .ratioTooHigh)
        #expect(output.count <= 1 << 20)
    }

    @Test("output may be exactly as large as the limit")
    func outputSize() throws {
        let packed = try Self.zeros(100_000)
        let fits = DecompressionLimits(outputBytes: 100_000)
        let over = DecompressionLimits(outputBytes: 99_999)
        #expect(try decompressGzip(packed, limits: fits).count == 100_000)
        #expect { try decompressGzip(packed, limits: over) } throws: {
            ($0 as? CompressionError)?.code == .outputTooLarge
        }
    }

    @Test("a short run of one byte is no attack")
    func slack() throws {
        let packed = try Self.zeros(1_000_000)
        #expect(try decompressGzip(packed, limits: DecompressionLimits(ratio: 2)).count == 1_000_000)
    }

    @Test(
        "the bomb of the conformance data stops with the default limits",
        .enabled(if: ProcessInfo.processInfo.environment["CODEC_CONFORMANCE"] != nil))
    func conformanceBomb() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["CODEC_CONFORMANCE"])
        let packed = [UInt8](try Data(contentsOf: URL(filePath: folder + "/zstd/bomb.gz")))
        #expect { try decompressGzip(packed) } throws: {
            ($0 as? CompressionError)?.code == .ratioTooHigh
        }
    }

    @Test("encodings are named as in headers")
    func names() throws {
        #expect(ContentEncoding(headerValue: "GZip") == .gzip)
        #expect(ContentEncoding(headerValue: "x-gzip") == .gzip)
        #expect(ContentEncoding(headerValue: "br").rawValue == "br")
        #expect(try ContentEncoding.identity.makeCompressor() == nil)
        #expect(try ContentEncoding.gzip.makeDecompressor() != nil)
    }
}
