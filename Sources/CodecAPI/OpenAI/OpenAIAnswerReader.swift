package import CodecCore

/// Reads an upstream's answer of chat or completions: both have the same chunks with other names for the text.
///
/// A state machine without I/O. A chunk with a `finish_reason` goes on at once; `finish` follows with the chunk of the
/// usage, with `[DONE]`, or with the stream's clean end, since only they show that nothing else comes.
package struct OpenAIAnswerReader: Sendable {
    private let dialect: Dialect
    private var calls = ToolCallAssembly()
    private var hasRefusal = false
    private var usage: ModelUsage?
    private var reason: ModelFinish?
    private var isDone = false
    /// The ids of the latest data, where the upstream tells them (vLLM's `token_ids`).
    package private(set) var tokenIDs: [TokenID] = []
    /// The prompt's ids, once the upstream has told them.
    package private(set) var promptTokenIDs: [TokenID]?

    /// - Parameter dialect: `chat` or `completions`.
    package init(_ dialect: Dialect) { self.dialect = dialect }

    /// - Parameter data: one server-sent event's.
    /// - Returns: nil where there is nothing to pass on.
    /// - Throws: what makes the answer none; the reader must not be used on.
    package mutating func append(data: [UInt8]) throws(AnswerError) -> ModelChunk? {
        tokenIDs.removeAll(keepingCapacity: true)
        guard !isDone, let first = data.first(where: { $0 > 0x20 }) else { return nil }
        if first == UInt8(ascii: "["), data.starts(with: "[DONE]".utf8) { return try finish() }
        return try append(try AnswerPieceParser.parse(data), json: data)
    }

    /// The stream has ended cleanly.
    /// - Throws: `malformed` when the answer has not.
    package mutating func finish() throws(AnswerError) -> ModelChunk? {
        guard !isDone else { return nil }
        guard reason != nil else {
            throw .malformed("The stream ended before the answer did: no 'finish_reason' came.")
        }
        return ModelChunk(finishEvents())
    }

    /// An answer that was not streamed.
    package static func read(document: [UInt8], as dialect: Dialect) throws(AnswerError) -> ModelChunk {
        var reader = OpenAIAnswerReader(dialect)
        return try reader.read(document: document)
    }

    private mutating func read(document: [UInt8]) throws(AnswerError) -> ModelChunk {
        let piece = try AnswerPieceParser.parse(document)
        if let error = piece.error { throw error }
        guard let choice = piece.choice else { throw .malformed("The answer has no 'choices'.") }
        usage = piece.usage
        var events: [ModelEvent] = []
        try read(choice, isWhole: true, into: &events)
        guard reason != nil else { throw .malformed("The answer has no 'finish_reason'.") }
        return ModelChunk(events + finishEvents(), original: OriginalChunk(dialect, json: document))
    }

    private mutating func append(_ piece: AnswerPiece, json: [UInt8]) throws(AnswerError) -> ModelChunk? {
        if let error = piece.error { throw error }
        if let counted = piece.usage { usage = counted }
        if let ids = piece.promptTokenIDs ?? piece.choice?.promptTokenIDs { promptTokenIDs = ids }
        var events: [ModelEvent] = []
        if let choice = piece.choice {
            tokenIDs = choice.tokenIDs
            try read(choice, isWhole: false, into: &events)
        } else if reason != nil, piece.usage != nil {
            events = finishEvents()
        }
        // Other choices are not asked for, and no client takes a chunk without the list.
        let isPassedOn = piece.choiceCount.map { $0 == 0 || piece.choice != nil } ?? false
        guard isPassedOn || !events.isEmpty else { return nil }
        return ModelChunk(events, original: isPassedOn ? OriginalChunk(dialect, json: json) : nil)
    }

    private mutating func read(
        _ choice: AnswerPiece.Choice, isWhole: Bool, into events: inout [ModelEvent]
    ) throws(AnswerError) {
        if let text = choice.reasoning, !text.isEmpty { events.append(.reasoning(text)) }
        if let text = choice.text, !text.isEmpty { events.append(.text(text)) }
        if let text = choice.refusal, !text.isEmpty {
            hasRefusal = true
            events.append(.refusal(text))
        }
        if !choice.logprobs.isEmpty { events.append(.logprobs(choice.logprobs)) }
        for part in choice.calls { calls.append(part, isWhole: isWhole, to: &events) }
        if var part = choice.functionCall {
            // There is but one, without index and id.
            part.index = 0
            calls.append(part, isWhole: false, to: &events)
        }
        guard let name = choice.finishReason, !name.isEmpty else { return }
        try calls.checkNames()
        reason = try ModelFinish(
            openAIName: name, stopText: choice.stopText, hasCalls: !calls.isEmpty, hasRefusal: hasRefusal)
    }

    /// The last events: `finish` only after the usage, if that is known.
    private mutating func finishEvents() -> [ModelEvent] {
        isDone = true
        var events: [ModelEvent] = []
        if let usage { events.append(.usage(usage)) }
        if let reason { events.append(.finish(reason)) }
        return events
    }
}
