internal import CodecCompression
internal import CodecCore
internal import CodecMaps

/// What is kept of a stream while it is written: how fast it comes and, where streams are recorded, its ids.
struct StreamLog {
    private let model: TokenSource
    /// The vocabulary of the ids as they were sent.
    private let map: ContentHash
    private let recorder: StreamRecorder?
    private var frames: [[TokenID]] = []
    private var finishReason: FinishReason?
    private var first: ContinuousClock.Instant?
    private var last: ContinuousClock.Instant?
    private var idsAfterFirst = 0

    init(of model: TokenSource, map: ContentHash, recorder: StreamRecorder?) {
        self.model = model
        self.map = map
        self.recorder = recorder
    }

    mutating func append(_ frames: [TokenFrame]) {
        let now = ContinuousClock.now
        if first == nil { first = now } else { idsAfterFirst += frames.reduce(0) { $0 + $1.ids.count } }
        last = now
        if let end = frames.last, end.done { finishReason = end.finishReason }
        if recorder != nil { self.frames += frames.map(\.ids).filter { !$0.isEmpty } }
    }

    /// The stream has ended, whole or not.
    func end() {
        if let first, let last { model.rate.note(ids: idsAfterFirst, in: last - first) }
        recorder?.record(
            RecordedStream(
                map: map.description, frames: frames, finishReason: finishReason?.rawValue
            ))
    }
}
