/// A content block of an answer as it grows.
struct MessagesAnswerBlock {
    enum Kind: Equatable {
        case text, thinking
        case redactedThinking(String)
        /// A call, by its number among the answer's calls.
        case call(Int, id: String, name: String)
    }

    let kind: Kind
    /// Text, thoughts or arguments; a writer takes away what it has sent.
    var content = ""
    fileprivate(set) var signature: String?
    private var end = JSONObjectEnd()

    fileprivate init(_ kind: Kind) { self.kind = kind }

    fileprivate mutating func append(_ more: String) {
        content += more
        if case .call = kind { end.feed(more) }
    }

    /// Whether nothing can be added, whatever comes.
    var isSealed: Bool {
        if case .redactedThinking = kind { true } else { signature != nil }
    }

    /// Whether nothing is added once another block has begun.
    var endsWithNext: Bool {
        if case .call = kind { end.isReached } else { true }
    }
}

/// Makes content blocks of what a model does. Other APIs mix calls and texts at will; here each belongs to one block.
struct MessagesAnswerBlocks {
    private(set) var blocks: [MessagesAnswerBlock] = []
    private var hasCalls = false
    private var hasRefusal = false

    mutating func take(_ event: ModelEvent) {
        switch event {
        case .text(let text): append(text, to: .text)
        case .refusal(let text):
            hasRefusal = true
            append(text, to: .text)
        case .reasoning(let thought): append(thought, to: .thinking)
        case .reasoningSignature(let signature):
            if blocks.last.map({ $0.kind != .thinking || $0.isSealed }) ?? true {
                blocks.append(MessagesAnswerBlock(.thinking))
            }
            blocks[blocks.index(before: blocks.endIndex)].signature = signature
        case .redactedReasoning(let data): blocks.append(MessagesAnswerBlock(.redactedThinking(data)))
        case .toolCall(let index, let id, let name):
            guard place(ofCall: index) == nil else { return }
            hasCalls = true
            blocks.append(MessagesAnswerBlock(.call(index, id: id, name: name)))
        case .toolArguments(let index, let more):
            if let place = place(ofCall: index) { blocks[place].append(more) }
        case .logprobs, .usage, .finish: break
        }
    }

    private mutating func append(_ text: String, to kind: MessagesAnswerBlock.Kind) {
        guard !text.isEmpty else { return }
        if blocks.last.map({ $0.kind != kind || $0.isSealed }) ?? true {
            blocks.append(MessagesAnswerBlock(kind))
        }
        blocks[blocks.index(before: blocks.endIndex)].append(text)
    }

    private func place(ofCall index: Int) -> Int? {
        blocks.lastIndex { if case .call(let other, _, _) = $0.kind { other == index } else { false } }
    }

    /// What there is to send of the first block.
    mutating func takeContent() -> String {
        guard !blocks.isEmpty else { return "" }
        defer { blocks[0].content = "" }
        return blocks[0].content
    }

    mutating func removeFirst() {
        if !blocks.isEmpty { blocks.removeFirst() }
    }

    /// Why the answer ended, as this API sees it: it has a reason of its own for calls and for refusals.
    func finish(_ finish: ModelFinish) -> ModelFinish {
        guard finish == .stop else { return finish }
        return hasCalls ? .toolCalls : hasRefusal ? .refusal : .stop
    }
}
