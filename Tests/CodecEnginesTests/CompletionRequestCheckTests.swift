import CodecCore
import CodecEngines
import Testing

@Suite("What a request may ask for")
struct CompletionRequestCheckTests {
    struct Case: Sendable {
        var request: CompletionRequest
        /// The limit on new ids, or the field that is refused.
        var outcome: Result<Int, Refusal>
    }

    struct Refusal: Error, Equatable {
        var code: EngineError.Code
        var parameter: String
    }

    static func refused(_ parameter: String, _ code: EngineError.Code = .invalidRequest) -> Result<
        Int, Refusal
    > {
        .failure(Refusal(code: code, parameter: parameter))
    }

    static func sampled(_ sampling: SamplingParameters) -> CompletionRequest {
        CompletionRequest(prompt: [1], maxTokens: 1, sampling: sampling)
    }

    /// With a context of 10 ids and a vocabulary of 100.
    static let cases: [Case] = [
        Case(request: .init(prompt: [0, 99]), outcome: .success(8)),
        Case(request: .init(prompt: [1], maxTokens: 9), outcome: .success(9)),
        Case(request: .init(prompt: [1], maxTokens: 10), outcome: refused("max_tokens", .contextOverflow)),
        Case(request: .init(prompt: [1], maxTokens: .max), outcome: refused("max_tokens", .contextOverflow)),
        Case(request: .init(prompt: [1], maxTokens: 0), outcome: refused("max_tokens")),
        Case(request: .init(prompt: [1], maxTokens: .min), outcome: refused("max_tokens")),
        Case(request: .init(prompt: []), outcome: refused("prompt")),
        Case(request: .init(prompt: [1, 100]), outcome: refused("prompt")),
        Case(request: .init(prompt: [.max]), outcome: refused("prompt")),
        Case(request: .init(prompt: Array(repeating: 1, count: 9)), outcome: .success(1)),
        Case(
            request: .init(prompt: Array(repeating: 1, count: 10)),
            outcome: refused("prompt", .contextOverflow)),
        Case(request: .init(prompt: [1], maxTokens: 1, stop: [""]), outcome: refused("stop")),
        Case(
            request: .init(prompt: [1], maxTokens: 1, stop: Array(repeating: "x", count: 33)),
            outcome: refused("stop")),
        Case(
            request: .init(prompt: [1], maxTokens: 1, stop: [String(repeating: "x", count: 4097)]),
            outcome: refused("stop")),
        Case(request: sampled(.init(temperature: -0.1)), outcome: refused("temperature")),
        Case(request: sampled(.init(temperature: .infinity)), outcome: refused("temperature")),
        Case(request: sampled(.init(temperature: .nan)), outcome: refused("temperature")),
        Case(request: sampled(.init(topK: -1)), outcome: refused("top_k")),
        Case(request: sampled(.init(topK: .max)), outcome: .success(1)),
        Case(request: sampled(.init(topP: 0)), outcome: refused("top_p")),
        Case(request: sampled(.init(topP: 1.1)), outcome: refused("top_p")),
        Case(request: sampled(.init(minP: -0.1)), outcome: refused("min_p")),
        Case(request: sampled(.init(minP: .nan)), outcome: refused("min_p")),
        Case(request: sampled(.init(repetitionPenalty: 0)), outcome: refused("repetition_penalty")),
    ]

    @Test("limits and refusals", arguments: cases)
    func check(_ c: Case) {
        let outcome = Result { () throws(EngineError) in
            try c.request.check(contextLength: 10, vocabularySize: 100)
        }.mapError { Refusal(code: $0.code, parameter: $0.parameter ?? "") }
        #expect(outcome == c.outcome)
    }

    @Test("the message says which id is unknown, and the numbers that do not fit")
    func messages() {
        #expect {
            try CompletionRequest(prompt: [5, 6, 700]).check(contextLength: 10, vocabularySize: 100)
        } throws: {
            ($0 as? EngineError)?.message == "prompt[2] is 700, but the vocabulary ends at 99."
        }
        #expect {
            try CompletionRequest(prompt: [1, 2], maxTokens: 9).check(contextLength: 10, vocabularySize: 100)
        } throws: {
            let message = ($0 as? EngineError)?.message ?? ""
            return ["2 tokens", "max_tokens is 9", "10"].allSatisfy(message.contains)
        }
    }
}
