public import CodecCore

extension StreamSample {
    /// A stream as a server writes it (spec §5): the first id at once, then frames of so many ids, each flushed.
    /// - Parameters:
    ///   - idsPerFlush: ids of each frame after the first; nil for a body that is one frame, flushed at its end.
    ///   - ranks: for `compact`.
    public init(
        _ ids: [TokenID], idsPerFlush: Int?, format: FrameFormat, ranks: RankTable? = nil,
        finishReason: FinishReason = .length
    ) {
        var encoder = FrameEncoder(format: format, ranks: ranks)
        let frames = Self.frames(of: ids, idsPerFlush: idsPerFlush, finishReason: finishReason).map { frame in
            var bytes: [UInt8] = []
            encoder.encode(frame, into: &bytes)
            return bytes
        }
        self.init(frames: frames, ids: ids.count)
    }

    /// The frames of a stream that is flushed so.
    public static func frames(
        of ids: [TokenID], idsPerFlush: Int?, finishReason: FinishReason = .length
    ) -> [TokenFrame] {
        var frames: [TokenFrame] = []
        var start = 0
        while start < ids.count {
            let size = idsPerFlush.map { start == 0 ? 1 : max(1, $0) } ?? ids.count
            let end = min(ids.count, start + size)
            frames.append(TokenFrame(ids: Array(ids[start..<end])))
            start = end
        }
        if frames.isEmpty { frames.append(TokenFrame()) }
        frames[frames.count - 1].done = true
        frames[frames.count - 1].finishReason = finishReason
        return frames
    }

    /// How many bytes it has in an encoding, flushed after each frame.
    /// - Throws: what the compressor throws.
    public func size(
        _ encoding: ContentEncoding, dictionary: ZstdDictionary? = nil, for use: CompressionUse = .stream
    ) throws(CompressionError) -> Int {
        guard let compressor = try encoding.makeCompressor(dictionary: dictionary, for: use) else {
            return byteCount
        }
        var output: [UInt8] = []
        for (index, frame) in frames.enumerated() {
            try compressor.compress(frame, flush: index == frames.count - 1 ? .finish : .sync, into: &output)
        }
        return output.count
    }
}
