import CodecCore
import CodecTesting

/// What a decoder made of a compact stream, apart from where it cut the ids into frames.
struct CompactOutcome: Equatable {
    var ids: [TokenID] = []
    /// The calls, and how many ids stand before them.
    var calls: [Call] = []
    var finishReason: FinishReason?
    var error: FrameError?

    struct Call: Equatable {
        var position: Int
        var call: ToolCall
    }

    init() {}

    init(
        _ chunks: [ArraySlice<UInt8>], ranks: RankTable? = nil, limits: FrameLimits = .frames,
        check: (TokenFrame) -> Void = { _ in }
    ) {
        var decoder = FrameDecoder(format: .compact, limits: limits, ranks: ranks)
        do throws(FrameError) {
            for chunk in chunks {
                chunk.withUnsafeBytes { decoder.append($0) }
                while let frame = try decoder.next() {
                    check(frame)
                    add(frame)
                }
            }
            try decoder.finish()
        } catch {
            self.error = error
        }
    }

    /// What a reader should make of frames.
    init(_ frames: [TokenFrame]) {
        for frame in frames { add(frame) }
    }

    private mutating func add(_ frame: TokenFrame) {
        calls += frame.toolCalls.map { Call(position: ids.count, call: $0) }
        ids += frame.ids
        if frame.done { finishReason = frame.finishReason }
    }
}

func compactVerifier(
    ranks: RankTable? = nil, limits: FrameLimits = .frames
) -> StreamVerifier<UInt8, CompactOutcome> {
    StreamVerifier { CompactOutcome($0, ranks: ranks, limits: limits) }
}

func compact(_ frames: [TokenFrame], ranks: RankTable? = nil) -> [UInt8] {
    var encoder = FrameEncoder(format: .compact, ranks: ranks)
    var bytes: [UInt8] = []
    for frame in frames { encoder.encode(frame, into: &bytes) }
    return bytes
}
