internal import CodecMaps

/// Writes a model's answer as the events of a Responses stream.
package struct ResponsesAnswerWriter: AnswerWriter {
    /// What was written so far, whole when the stream has ended.
    package private(set) var answer: ResponsesAnswer
    private var sequenceNumber = 0
    private var steps: [ResponsesAnswer.Step] = []

    package init(head: ResponsesHead, style: ResponsesStyle) {
        answer = ResponsesAnswer(head: head, style: style)
    }

    package mutating func begin(into output: inout [UInt8]) {
        appendResponse("response.created", to: &output)
        appendResponse("response.in_progress", to: &output)
    }

    package mutating func append(_ chunk: ModelChunk, into output: inout [UInt8]) {
        guard answer.status == .inProgress else { return }
        steps.removeAll(keepingCapacity: true)
        answer.append(chunk, into: &steps)
        for step in steps { append(step, to: &output) }
        switch answer.status {
        case .completed: appendResponse("response.completed", to: &output)
        case .incomplete: appendResponse("response.incomplete", to: &output)
        case .inProgress, .failed, .cancelled: break
        }
    }

    /// Repeats that the response is in progress: comments do not keep every client waiting.
    package mutating func keepAlive(into output: inout [UInt8]) {
        guard sequenceNumber > 0, answer.status == .inProgress else { return }
        appendResponse("response.in_progress", to: &output)
    }

    package mutating func fail(_ error: APIError, into output: inout [UInt8]) {
        guard answer.status == .inProgress else { return }
        answer.end(.failed(ResponsesFailure(error)))
        appendResponse("response.failed", to: &output)
    }

    /// The answer was called off; its stream ends as one that is incomplete.
    package mutating func cancel(into output: inout [UInt8]) {
        guard answer.status == .inProgress else { return }
        answer.end(.cancelled)
        appendResponse("response.incomplete", to: &output)
    }

    /// Every reader waits for `response.completed`.
    package var failsCleanly: Bool { true }

    // MARK: - Events

    private mutating func appendResponse(_ type: StaticString, to output: inout [UInt8]) {
        beginEvent(type, to: &output)
        output.append(json: #""response":"#)
        answer.appendDocument(to: &output)
        endEvent(&output)
    }

    private mutating func append(_ step: ResponsesAnswer.Step, to output: inout [UInt8]) {
        switch step {
        case .itemAdded(let index):
            appendItem("response.output_item.added", index, isOpening: true, to: &output)
        case .itemDone(let index):
            appendItem("response.output_item.done", index, isOpening: false, to: &output)
        case .partAdded(let index, let part):
            appendPart(index, part, isOpening: true, to: &output)
        case .partText(let index, let part, let text, let logprobs):
            let kind = answer.items[index].parts[part].kind
            beginEvent(kind.deltaEvent, to: &output)
            appendPlace(index, part, to: &output)
            output.append(json: #","delta":"#)
            output.append(jsonString: text)
            append(logprobs, of: kind, to: &output)
            endEvent(&output)
        case .partDone(let index, let part): partDone(index, part, to: &output)
        case .callText(let index, let text):
            beginEvent(
                answer.isCustom(index)
                    ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta",
                to: &output)
            appendPlace(index, to: &output)
            output.append(json: #","delta":"#)
            output.append(jsonString: text)
            endEvent(&output)
        case .callDone(let index):
            let isCustom = answer.isCustom(index)
            beginEvent(
                isCustom ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done",
                to: &output)
            appendPlace(index, to: &output)
            output.append(json: isCustom ? #","input":"# : #","arguments":"#)
            output.append(jsonString: answer.items[index].arguments)
            endEvent(&output)
        }
    }

    private mutating func appendItem(
        _ type: StaticString, _ index: Int, isOpening: Bool, to output: inout [UInt8]
    ) {
        beginEvent(type, to: &output)
        output.append(json: #""output_index":"#)
        output.append(json: index)
        output.append(json: #","item":"#)
        output.append(json: answer.items[index].json(isOpening: isOpening))
        endEvent(&output)
    }

    private mutating func partDone(_ index: Int, _ part: Int, to output: inout [UInt8]) {
        let value = answer.items[index].parts[part]
        beginEvent(value.kind.doneEvent, to: &output)
        appendPlace(index, part, to: &output)
        output.append(json: value.kind == .refusal ? #","refusal":"# : #","text":"#)
        output.append(jsonString: value.text)
        append(value.logprobs, of: value.kind, to: &output)
        endEvent(&output)
        appendPart(index, part, isOpening: false, to: &output)
    }

    private mutating func appendPart(
        _ index: Int, _ part: Int, isOpening: Bool, to output: inout [UInt8]
    ) {
        let value = answer.items[index].parts[part]
        let isSummary = value.kind == .summaryText
        switch (isSummary, isOpening) {
        case (true, true): beginEvent("response.reasoning_summary_part.added", to: &output)
        case (true, false): beginEvent("response.reasoning_summary_part.done", to: &output)
        case (false, true): beginEvent("response.content_part.added", to: &output)
        case (false, false): beginEvent("response.content_part.done", to: &output)
        }
        appendPlace(index, part, to: &output)
        output.append(json: #","part":"#)
        output.append(json: value.json(isOpening: isOpening))
        endEvent(&output)
    }

    private func append(_ logprobs: [TokenLogprob], of kind: ResponsePart.Kind, to output: inout [UInt8]) {
        guard kind == .outputText else { return }
        output.append(json: #","logprobs":"#)
        output.append(json: .array(logprobs.map { $0.json() }))
    }

    /// Where an event belongs: its item and, in that, its part.
    private func appendPlace(_ index: Int, _ part: Int? = nil, to output: inout [UInt8]) {
        output.append(json: #""item_id":""#)
        output.append(contentsOf: answer.items[index].id.utf8)
        output.append(json: #"","output_index":"#)
        output.append(json: index)
        guard let part else { return }
        let isSummary = answer.items[index].parts[part].kind == .summaryText
        output.append(json: isSummary ? #","summary_index":"# : #","content_index":"#)
        output.append(json: part)
    }

    private mutating func beginEvent(_ type: StaticString, to output: inout [UInt8]) {
        output.append(json: "event: ")
        output.append(json: type)
        output.append(json: "\ndata: {\"type\":\"")
        output.append(json: type)
        output.append(json: #"","sequence_number":"#)
        output.append(json: sequenceNumber)
        output.append(json: ",")
        sequenceNumber += 1
    }

    private func endEvent(_ output: inout [UInt8]) { output.append(json: "}\n\n") }
}

extension ResponsePart.Kind {
    fileprivate var deltaEvent: StaticString {
        switch self {
        case .outputText: "response.output_text.delta"
        case .refusal: "response.refusal.delta"
        case .reasoningText: "response.reasoning_text.delta"
        case .summaryText: "response.reasoning_summary_text.delta"
        }
    }

    fileprivate var doneEvent: StaticString {
        switch self {
        case .outputText: "response.output_text.done"
        case .refusal: "response.refusal.done"
        case .reasoningText: "response.reasoning_text.done"
        case .summaryText: "response.reasoning_summary_text.done"
        }
    }
}
