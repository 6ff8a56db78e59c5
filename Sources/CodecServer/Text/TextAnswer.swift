internal import CodecAPI
internal import CodecCore
internal import CodecEngines

/// Events of an API that answers in text.
struct TextAnswer: AnswerEncoder {
    typealias P = ChunkPacker

    private var writer: any AnswerWriter
    private let whenEnded: TextCall.End?
    /// For a model whose ids are known.
    private var log: StreamLog?
    private var failure: APIError?
    private(set) var progress = AnswerProgress()

    init(_ writer: any AnswerWriter, log: StreamLog?, whenEnded: TextCall.End?) {
        self.writer = writer
        self.log = log
        self.whenEnded = whenEnded
    }

    var failsCleanly: Bool { writer.failsCleanly }

    mutating func begin(_ output: inout [UInt8]) { writer.begin(into: &output) }

    mutating func append(_ chunks: [ModelChunk], to output: inout [UInt8]) {
        for chunk in chunks {
            writer.append(chunk, into: &output)
            progress.note(chunk)
            log?.append(chunk)
        }
    }

    mutating func appendKeepAlive(to output: inout [UInt8]) { writer.keepAlive(into: &output) }

    mutating func appendFailure(_ error: EngineError, to output: inout [UInt8]) {
        let failure = APIError(error)
        self.failure = failure
        writer.fail(failure, into: &output)
    }

    mutating func end() async {
        log?.end()
        await whenEnded?(.stream(writer, failure))
    }
}

extension StreamLog {
    /// The frame that a chunk is, where its ids are known.
    fileprivate mutating func append(_ chunk: ModelChunk) {
        guard case .finish(let finish)? = chunk.events.last else {
            if !chunk.ids.isEmpty { append([TokenFrame(ids: chunk.ids)]) }
            return
        }
        append([TokenFrame(ids: chunk.ids, done: true, finishReason: FinishReason(finish))])
    }
}

extension FinishReason {
    fileprivate init(_ finish: ModelFinish) {
        switch finish {
        case .length: self = .length
        case .stopSequence: self = .stopSequence
        case .contentFilter: self = .policyViolation
        case .stop, .toolCalls, .refusal, .pause: self = .endOfSequence
        }
    }
}

extension AnswerProgress {
    /// Until the upstream says what it counted, every piece of the answer counts as a token.
    mutating func note(_ chunk: ModelChunk) {
        items += 1
        for event in chunk.events {
            switch event {
            case .text, .reasoning, .toolArguments, .refusal: completionTokens += 1
            case .usage(let usage):
                promptTokens = Self.bounded(usage.inputTokens)
                completionTokens = Self.bounded(usage.outputTokens)
            case .finish(let finish): ending = finish.label
            case .toolCall, .logprobs, .reasoningSignature, .redactedReasoning: break
            }
        }
    }

    /// An upstream may tell any number; sums of these do not overflow.
    private static func bounded(_ count: Int) -> Int { min(max(0, count), Int(Int32.max)) }
}

extension ModelFinish {
    /// For the log and the metrics.
    var label: String {
        switch self {
        case .stop: "stop"
        case .stopSequence: "stop_sequence"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .contentFilter: "content_filter"
        case .refusal: "refusal"
        case .pause: "pause"
        }
    }
}
