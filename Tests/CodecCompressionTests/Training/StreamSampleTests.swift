import CodecCompression
import CodecCore
import Testing

@Suite struct StreamSampleTests {
    @Test(
        "the first id goes alone, then so many at a time",
        arguments: [
            (0, 8, [0]), (1, 8, [1]), (2, 8, [1, 1]), (9, 8, [1, 8]), (10, 8, [1, 8, 1]), (3, 1, [1, 1, 1]),
            (5, nil, [5]), (5, 0, [1, 1, 1, 1, 1]),
        ] as [(Int, Int?, [Int])])
    func cuts(_ count: Int, _ idsPerFlush: Int?, _ expected: [Int]) {
        let frames = StreamSample.frames(of: Array(0..<TokenID(count)), idsPerFlush: idsPerFlush)
        #expect(frames.map(\.ids.count) == expected)
        #expect(frames.flatMap(\.ids) == Array(0..<TokenID(count)))
        #expect(frames.map(\.done) == expected.indices.map { $0 == expected.count - 1 })
        #expect(frames.last?.finishReason == .length)
    }

    @Test("a body is read back as its ids, in every format", arguments: FrameFormat.allCases)
    func roundTrip(_ format: FrameFormat) throws {
        let ids: [TokenID] = (0..<200).map { $0 * 7_919 % 50_000 }
        let ranks = format == .compact ? try RankTable(ids.prefix(20).reversed()) : nil
        for idsPerFlush in [1, 8, nil] as [Int?] {
            let body = StreamSample(ids, idsPerFlush: idsPerFlush, format: format, ranks: ranks)
            var decoder = FrameDecoder(format: format, ranks: ranks)
            decoder.append(body.frames.flatMap(\.self))
            var decoded: [TokenID] = []
            while let frame = try decoder.next() { decoded += frame.ids }
            try decoder.finish()
            #expect(decoded == ids)
        }
    }

    @Test(
        "the size is that of the bytes that a reader takes apart again",
        arguments: [ContentEncoding.identity, .gzip, .br, .zstd], [1, 8, nil] as [Int?])
    func size(_ encoding: ContentEncoding, _ idsPerFlush: Int?) throws {
        let body = StreamSample(
            (0..<300).map { $0 * $0 % 1_000 }, idsPerFlush: idsPerFlush, format: .protobuf)
        var compressed = body.frames.flatMap(\.self)
        if let compressor = try encoding.makeCompressor() {
            compressed = []
            for (index, part) in body.frames.enumerated() {
                let isLast = index == body.frames.count - 1
                try compressor.compress(part, flush: isLast ? .finish : .sync, into: &compressed)
            }
        }
        #expect(try body.size(encoding) == compressed.count)
        guard let decompressor = try encoding.makeDecompressor() else { return }
        var plain: [UInt8] = []
        try decompressor.decompress(compressed, into: &plain)
        try decompressor.finish()
        #expect(plain == body.frames.flatMap(\.self))
    }

    @Test("long streams are cut into pieces")
    func pieces() {
        let ids = Array(0..<TokenID(1_100))
        #expect(TrainingStreams.pieces(ids).map(\.count) == [512, 512, 76])
        #expect(TrainingStreams.pieces(ids).flatMap(\.self) == ids)
        #expect(TrainingStreams.pieces([]).isEmpty)
    }
}
