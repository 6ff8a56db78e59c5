import CodecCompression
import Synchronization
import Testing

struct DecompressionLimitTests {
    @Test("a bomb stops at the ratio, soon after the slack", arguments: Coding.all)
    func bomb(coding: Coding) throws {
        let packed = try coding.compress([UInt8](repeating: 0, count: 30_000_000))
        let decompressor = try coding.decompressor(limits: DecompressionLimits(ratio: 500))
        var output: [UInt8] = []
        let error = #expect(throws: CompressionError.self) {
            try decompressor.decompress(packed, into: &output)
        }
        #expect(error?.code == .ratioTooHigh)
        #expect(output.count <= 1 << 20)
        #expect(output.allSatisfy { $0 == 0 })
    }

    @Test("work stops when its time is over, and waiting is no work", arguments: Coding.all)
    func workTime(coding: Coding) throws {
        let packed = try coding.compress(sample(400_000, seed: 2))
        let clock = ManualClock()
        let limits = DecompressionLimits(workTime: .seconds(10))
        let patient = try coding.decompressor(limits: limits, now: clock.now)
        var output: [UInt8] = []
        for part in cuts(packed, longest: 200_000, seed: 5) {
            try patient.decompress(part, into: &output)
            clock.advance(by: .seconds(100))
        }
        try patient.finish()
        #expect(output == sample(400_000, seed: 2))

        let slow = try coding.decompressor(limits: limits, now: clock.ticking)
        output = []
        let error = #expect(throws: CompressionError.self) { try slow.decompress(packed, into: &output) }
        #expect(error?.code == .tookTooLong)
        #expect(!output.isEmpty && output.count < 400_000)
    }

    @Test("output may be exactly as large as the limit")
    func outputSize() throws {
        let packed = try Coding(encoding: .gzip).compress([UInt8](repeating: 0, count: 100_000))
        let fits = DecompressionLimits(outputBytes: 100_000)
        let over = DecompressionLimits(outputBytes: 99_999)
        #expect(try decompressGzip(packed, limits: fits).count == 100_000)
        #expect { try decompressGzip(packed, limits: over) } throws: {
            ($0 as? CompressionError)?.code == .outputTooLarge
        }
    }

    @Test("a short run of one byte is no attack")
    func slack() throws {
        let packed = try Coding(encoding: .gzip).compress([UInt8](repeating: 0, count: 1_000_000))
        #expect(try decompressGzip(packed, limits: DecompressionLimits(ratio: 2)).count == 1_000_000)
    }

    @Test("encodings are named as in headers")
    func names() throws {
        #expect(ContentEncoding(headerValue: "GZip") == .gzip)
        #expect(ContentEncoding(headerValue: "x-gzip") == .gzip)
        #expect(ContentEncoding(headerValue: "Br") == .br)
        #expect(ContentEncoding(headerValue: "deflate").rawValue == "deflate")
        #expect(try ContentEncoding(rawValue: "deflate").makeDecompressor() == nil)
        #expect(try ContentEncoding.identity.makeCompressor() == nil)
        #expect(try ContentEncoding.gzip.makeDecompressor() != nil)
    }
}

/// A clock that goes when it is told to, or a second each time it is asked.
final class ManualClock: Sendable {
    private let time = Mutex(Duration.zero)

    func advance(by duration: Duration) { time.withLock { $0 += duration } }

    var now: WorkClock { { self.time.withLock { $0 } } }

    var ticking: WorkClock {
        {
            self.advance(by: .seconds(1))
            return self.now()
        }
    }
}
