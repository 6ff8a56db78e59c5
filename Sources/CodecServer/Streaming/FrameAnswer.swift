internal import CodecCore
internal import CodecEngines
internal import CodecMaps

/// Frames as they are: no text is made.
struct FrameAnswer: AnswerEncoder {
    typealias P = FramePacker

    private var encoder: FrameEncoder
    private var log: StreamLog
    /// The ids that the engine made, those of tool calls too.
    private let produced: IDCount
    private(set) var progress: AnswerProgress

    init(_ job: CompletionJob, format: FrameFormat, produced: IDCount, recorder: StreamRecorder?) {
        encoder = FrameEncoder(format: format, ranks: job.assets.rankTable?.table)
        log = StreamLog(of: job.model, map: job.vocabulary.map.hash, recorder: recorder)
        self.produced = produced
        progress = AnswerProgress(promptTokens: job.request.prompt.count)
    }

    /// A terminal frame with `error` is told from a cut.
    var failsCleanly: Bool { true }

    mutating func begin(_ output: inout [UInt8]) {}

    mutating func append(_ frames: [TokenFrame], to output: inout [UInt8]) {
        for frame in frames { encoder.encode(frame, into: &output) }
        log.append(frames)
        progress.items += frames.count
        progress.completionTokens = produced.value
        guard let last = frames.last, last.done else { return }
        progress.ending = last.finishReason?.rawValue ?? "none"
        progress.hasFailed = last.finishReason == .error
    }

    mutating func appendKeepAlive(to output: inout [UInt8]) {}

    mutating func appendFailure(_ error: EngineError, to output: inout [UInt8]) {
        encoder.encode(TokenFrame(done: true, finishReason: .error), into: &output)
    }

    mutating func end() { log.end() }
}
