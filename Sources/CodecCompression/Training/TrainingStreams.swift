public import CodecCore

/// What a dictionary is trained on and measured with: pieces of streams, flushed in the ways that servers flush.
public enum TrainingStreams {
    /// Ids of a piece of a long text: about the length of an answer.
    static let pieceLength = 512
    /// Frames of eight ids, of 32 (a server's default), and whole bodies.
    public static let flushes: [Int?] = [8, 32, nil]
    /// The lengths that gains are shown for.
    static let lengths = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
    /// So many streams of a length are enough to measure.
    private static let measured = 64

    /// A sample for each piece and way of flushing: a dictionary made for one way alone is worse in the others.
    public static func samples(of streams: [[TokenID]], format: FrameFormat) -> [StreamSample] {
        streams.flatMap(pieces).flatMap { piece in
            flushes.map { StreamSample(piece, idsPerFlush: $0, format: format) }
        }
    }

    /// Cuts a long stream.
    public static func pieces(_ ids: [TokenID]) -> [[TokenID]] {
        stride(from: 0, to: ids.count, by: pieceLength).map { start in
            Array(ids[start..<min(ids.count, start + pieceLength)])
        }
    }

    /// The beginnings of streams, at every length that some of them have.
    public static func beginnings(
        of streams: [[TokenID]], idsPerFlush: Int?, format: FrameFormat
    ) -> [StreamSample] {
        lengths.flatMap { length in
            streams.filter { $0.count >= length }.prefix(measured).map {
                StreamSample(Array($0.prefix(length)), idsPerFlush: idsPerFlush, format: format)
            }
        }
    }
}
