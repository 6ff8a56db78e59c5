package import CodecMaps

/// A response while a model makes it: what it holds, and how it came about step by step.
package struct ResponsesAnswer: Sendable {
    package enum Status: Sendable, Equatable {
        case inProgress
        case completed
        /// The reason, as the API spells it: `max_output_tokens`, `content_filter`.
        case incomplete(String)
        case failed(ResponsesFailure)
        case cancelled
    }

    /// What happened to an item, which is named by its place in the output, or to a part of it.
    enum Step: Sendable {
        case itemAdded(Int)
        case partAdded(Int, Int)
        case partText(Int, Int, String, [TokenLogprob])
        case partDone(Int, Int)
        case callText(Int, String)
        case callDone(Int)
        case itemDone(Int)
    }

    package let head: ResponsesHead
    package private(set) var status = Status.inProgress
    package private(set) var usage: ModelUsage?
    private(set) var items: [ResponseItem] = []
    private let style: ResponsesStyle
    /// The message or thought that goes on.
    private var open: Int?
    /// Where each of the model's calls stands in the output.
    private var calls: [Int: Int] = [:]

    package init(head: ResponsesHead, style: ResponsesStyle) {
        self.head = head
        self.style = style
    }

    /// The output's items, as JSON.
    package var output: [JSONValue] { items.map { $0.json() } }

    mutating func append(_ chunk: ModelChunk, into steps: inout [Step]) {
        var logprobs = chunk.events.flatMap { event -> [TokenLogprob] in
            if case .logprobs(let values) = event { values } else { [] }
        }
        for event in chunk.events where status == .inProgress {
            switch event {
            case .text(let text):
                add(text, to: .outputText, logprobs: logprobs, into: &steps)
                logprobs = []
            case .refusal(let text): add(text, to: .refusal, into: &steps)
            case .reasoning(let text): add(text, to: thought, into: &steps)
            case .reasoningSignature(let signature): sign(signature, into: &steps)
            case .redactedReasoning(let data):
                closeOpen(into: &steps)
                items[begin(.reasoning, into: &steps)].redacted = data
                closeOpen(into: &steps)
            case .toolCall(let index, let id, let name): beginCall(index, id: id, name: name, into: &steps)
            case .toolArguments(let index, let text): add(text, toCall: index, into: &steps)
            case .logprobs: break
            case .usage(let usage): self.usage = usage
            case .finish(let reason): finish(reason, into: &steps)
            }
        }
    }

    /// The answer ends here without its end.
    package mutating func end(_ status: Status) {
        guard self.status == .inProgress else { return }
        markOpenItems()
        self.status = status
    }

    // MARK: - Texts

    private var thought: ResponsePart.Kind { style.summarizesReasoning ? .summaryText : .reasoningText }

    private mutating func add(
        _ text: String, to kind: ResponsePart.Kind, logprobs: [TokenLogprob] = [], into steps: inout [Step]
    ) {
        guard !text.isEmpty || !logprobs.isEmpty else { return }
        let index = place(for: kind, into: &steps)
        let part = items[index].parts.count - 1
        items[index].parts[part].text += text
        items[index].parts[part].logprobs += logprobs
        steps.append(.partText(index, part, text, logprobs))
    }

    /// The item whose last part is of a kind, and goes on.
    private mutating func place(for kind: ResponsePart.Kind, into steps: inout [Step]) -> Int {
        let isMessage = kind == .outputText || kind == .refusal
        if let open {
            let item = items[open]
            switch item.kind {
            case .message where isMessage:
                if item.parts.last?.kind == kind { return open }
                endPart(of: open, into: &steps)
                addPart(kind, to: open, into: &steps)
                return open
            // What is signed is closed: a thought after it is another one.
            case .reasoning where !isMessage && item.signature == nil: return open
            default: closeOpen(into: &steps)
            }
        }
        let index = begin(isMessage ? .message : .reasoning, into: &steps)
        addPart(kind, to: index, into: &steps)
        return index
    }

    private mutating func addPart(_ kind: ResponsePart.Kind, to index: Int, into steps: inout [Step]) {
        items[index].parts.append(ResponsePart(kind: kind))
        steps.append(.partAdded(index, items[index].parts.count - 1))
    }

    private mutating func endPart(of index: Int, into steps: inout [Step]) {
        if !items[index].parts.isEmpty { steps.append(.partDone(index, items[index].parts.count - 1)) }
    }

    private mutating func sign(_ signature: String, into steps: inout [Step]) {
        if let open, case .reasoning = items[open].kind {
            items[open].signature = (items[open].signature ?? "") + signature
        } else {
            closeOpen(into: &steps)
            items[begin(.reasoning, into: &steps)].signature = signature
        }
    }

    private mutating func begin(_ kind: ResponseItem.Kind, into steps: inout [Step]) -> Int {
        let index = add(kind)
        items[index].includesOpaque = style.includesOpaqueReasoning
        open = index
        steps.append(.itemAdded(index))
        return index
    }

    private mutating func add(_ kind: ResponseItem.Kind) -> Int {
        items.append(ResponseItem(id: head.itemID(kind, at: items.count), kind: kind))
        return items.count - 1
    }

    private mutating func closeOpen(into steps: inout [Step]) {
        guard let index = open else { return }
        open = nil
        endPart(of: index, into: &steps)
        items[index].status = .completed
        steps.append(.itemDone(index))
    }

    // MARK: - Calls

    private mutating func beginCall(_ index: Int, id: String, name: String, into steps: inout [Step]) {
        guard calls[index] == nil else { return }
        closeOpen(into: &steps)
        let (tool, isCustom) = style.tools.call(of: name)
        let place = add(isCustom ? .customCall(tool) : .functionCall(tool))
        items[place].callID = id.isEmpty ? head.callID(at: place) : id
        calls[index] = place
        steps.append(.itemAdded(place))
    }

    private mutating func add(_ text: String, toCall index: Int, into steps: inout [Step]) {
        guard let place = calls[index] else { return }
        addToCall(at: place, isCustom(place) ? items[place].inputReader.append(text) : text, into: &steps)
    }

    private mutating func addToCall(at place: Int, _ text: String, into steps: inout [Step]) {
        guard !text.isEmpty else { return }
        items[place].arguments += text
        steps.append(.callText(place, text))
    }

    func isCustom(_ place: Int) -> Bool {
        if case .customCall = items[place].kind { true } else { false }
    }

    /// Calls are closed when all is said: clients run them when they are, and a broken answer must run nothing.
    private mutating func closeCalls(into steps: inout [Step]) {
        for place in calls.values.sorted() {
            let rest =
                isCustom(place)
                ? items[place].inputReader.finish() : items[place].arguments.isEmpty ? "{}" : ""
            addToCall(at: place, rest, into: &steps)
            items[place].status = .completed
            steps.append(.callDone(place))
            steps.append(.itemDone(place))
        }
    }

    // MARK: - The end

    private mutating func finish(_ reason: ModelFinish, into steps: inout [Step]) {
        switch reason {
        case .stop, .stopSequence, .toolCalls, .refusal:
            closeOpen(into: &steps)
            closeCalls(into: &steps)
            status = .completed
        case .length: breakOff("max_output_tokens", into: &steps)
        case .contentFilter: breakOff("content_filter", into: &steps)
        case .pause: breakOff("pause_turn", into: &steps)
        }
    }

    /// What was said ends where it was cut; calls stay open, so that nobody runs half of one.
    private mutating func breakOff(_ reason: String, into steps: inout [Step]) {
        let cut = open
        closeOpen(into: &steps)
        if let cut { items[cut].status = .incomplete }
        markOpenItems()
        status = .incomplete(reason)
    }

    private mutating func markOpenItems() {
        for index in items.indices where items[index].status == .inProgress {
            if isCustom(index) { items[index].arguments += items[index].inputReader.finish() }
            items[index].status = .incomplete
        }
    }
}
