internal import CodecAPI
internal import CodecClient
package import CodecCore

/// What one look at an upstream's stream gave: new ids, and the end if it has come.
package struct TokenStep: Sendable, Equatable {
    package var ids: [TokenID]
    /// `endOfSequence` or `length`: stop texts are looked for here, not there.
    package var end: FinishReason?

    package init(ids: [TokenID], end: FinishReason? = nil) {
        self.ids = ids
        self.end = end
    }
}

/// Gives the steps of one completion; dropping it ends the upstream's work.
package protocol TokenStepSource: Sendable {
    /// The next step; not asked again after one with an end.
    /// - Throws: for everything that is not a step of a sound answer, a body's end without the answer's too.
    mutating func next() async throws(EngineError) -> TokenStep
}

/// How one kind of upstream completes ids.
package protocol TokenUpstream: Sendable {
    /// Whether it keeps to a `TextGrammar`.
    var takesGrammars: Bool { get }
    /// Whether ids are, or may be, made here of the upstream's text.
    var isRetokenized: Bool { get }

    /// Asks for a completion; returns at the head of the answer.
    func start(_ order: TokenOrder) async throws(EngineError) -> any TokenStepSource

    /// The ids of the prompt that asks for the assistant's next message.
    func chatPrompt(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) async throws(EngineError) -> [TokenID]

    /// Ids that prompt and completion share; nil where the upstream does not tell.
    func contextLength() async throws(EngineError) -> Int?

    func shutdown() async
}

extension TokenUpstream {
    package var takesGrammars: Bool { false }
    package var isRetokenized: Bool { false }
}

/// What an upstream is to complete.
package struct TokenOrder: Sendable {
    package var prompt: [TokenID]
    /// Nil = what the context holds.
    package var limit: Int?
    package var sampling: SamplingParameters
    package var grammar: TextGrammar?
}

/// Reads one kind of upstream's events as steps.
protocol TokenStepReader: Sendable {
    /// - Returns: nil where the event says nothing about the completion.
    mutating func append(data: [UInt8]) throws(AnswerError) -> TokenStep?

    /// The stream has ended cleanly; throws when the completion has not.
    mutating func finish() throws(AnswerError) -> TokenStep?
}

/// The events of an upstream as steps. What came with one look at the network is one step.
struct UpstreamSteps<Reader: TokenStepReader>: TokenStepSource {
    private var events: UpstreamEvents
    private var reader: Reader

    init(_ events: UpstreamEvents, _ reader: Reader) {
        self.events = events
        self.reader = reader
    }

    mutating func next() async throws(EngineError) -> TokenStep {
        var step = TokenStep(ids: [])
        while true {
            let event = try await events.next()
            do throws(AnswerError) {
                guard let event else {
                    guard let last = try reader.finish(), last.end != nil else {
                        throw .malformed("The stream ended before the completion did.")
                    }
                    return TokenStep(ids: step.ids + last.ids, end: last.end)
                }
                try add(event.bytes, to: &step)
                while step.end == nil, let event = events.nextAtHand() { try add(event.bytes, to: &step) }
            } catch {
                throw EngineError(error, of: events.upstream)
            }
            if step.end != nil { events.drain() }
            if step.end != nil || !step.ids.isEmpty { return step }
        }
    }

    private mutating func add(_ data: [UInt8], to step: inout TokenStep) throws(AnswerError) {
        guard let more = try reader.append(data: data) else { return }
        step.ids += more.ids
        step.end = more.end
    }
}
