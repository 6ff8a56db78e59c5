/// What a dictionary gains on streams, by their length.
public struct DictionaryEvaluation: Sendable, Equatable {
    /// Streams of `ids` ids and more, up to the next row.
    public struct Row: Sendable, Equatable {
        /// The row's least length: a power of two.
        public var fromIDs: Int
        public var streams = 0
        public var ids = 0
        public var plainBytes = 0
        public var gzipBytes = 0
        /// zstd with the dictionary.
        public var zstdBytes = 0

        /// The part of gzip's bytes that the dictionary saves; negative when it costs.
        public var gain: Double { gzipBytes == 0 ? 0 : 1 - Double(zstdBytes) / Double(gzipBytes) }
    }

    /// The shortest streams first.
    public private(set) var rows: [Row] = []

    /// - Parameter flushed: each frame is flushed, as a stream's is; otherwise the body is compressed whole.
    /// - Throws: `unavailable`.
    public init(
        of dictionary: ZstdDictionary, on samples: [StreamSample], flushed: Bool
    ) throws(CompressionError) {
        var byLength: [Int: Row] = [:]
        for sample in samples where sample.ids > 0 {
            let from = 1 << (Int.bitWidth - 1 - sample.ids.leadingZeroBitCount)
            var row = byLength[from] ?? Row(fromIDs: from)
            row.streams += 1
            row.ids += sample.ids
            row.plainBytes += sample.byteCount
            let use: CompressionUse = flushed ? .stream : .document
            row.gzipBytes += try Self.size(sample, GzipCompressor(for: use), flushed: flushed)
            row.zstdBytes += try Self.size(
                sample, ZstdCompressor(dictionary: dictionary, for: use), flushed: flushed)
            byLength[from] = row
        }
        rows = byLength.values.sorted { $0.fromIDs < $1.fromIDs }
    }

    private static func size(
        _ sample: StreamSample, _ compressor: some StreamCompressor, flushed: Bool
    ) throws(CompressionError) -> Int {
        var output: [UInt8] = []
        for frame in sample.frames {
            try compressor.compress(frame, flush: flushed ? .sync : .none, into: &output)
        }
        try compressor.compress([], flush: .finish, into: &output)
        return output.count
    }
}
