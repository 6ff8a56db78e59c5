/// Gathers a model's answer into a response object.
package struct ResponsesAnswerCollector: AnswerCollector {
    package private(set) var answer: ResponsesAnswer

    package init(head: ResponsesHead, style: ResponsesStyle) {
        answer = ResponsesAnswer(head: head, style: style)
    }

    package mutating func append(_ chunk: ModelChunk) {
        var steps: [ResponsesAnswer.Step] = []
        answer.append(chunk, into: &steps)
    }

    package func document() -> [UInt8] { answer.document() }
}
