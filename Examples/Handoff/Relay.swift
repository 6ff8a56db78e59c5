import CodecClient
import CodecCore
import CodecMaps
import ExampleSupport

/// Two models tell a story: the first one's ids are carried into the second one's vocabulary as they come, and the
/// second one goes on from there. No text is sent.
struct Relay {
    let first: CodecClient
    /// The vocabulary of the first server's model.
    let firstMap: TokenizerMap
    let second: CodecClient
    /// The vocabulary that the second server is spoken to in.
    let secondMap: TokenizerMap
    /// The vocabulary of the second server's model, which it translates to and from; nil if that is `secondMap`.
    let secondModelMap: TokenizerMap?
    var mostTokens = 48

    struct Outcome: Sendable {
        var beginning = ""
        var ending = ""
        /// How many ids the first server sent, what they became, and what the second one sent.
        var idsFromFirst = 0
        var idsToSecond = 0
        var idsFromSecond = 0
    }

    func tell(_ opening: String) async throws -> Outcome {
        show("opening  \(opening)")
        let openingIDs = firstMap.tokenizer.encode(opening)
        var translator = try Translator(from: firstMap.vocabulary, to: secondMap.tokenizer)
        var firstIDs = openingIDs
        var prompt = try translator.translate(openingIDs)
        show("first   ", terminator: "")
        try await read(
            try await first.completions(
                .init(
                    prompt: .ids(openingIDs), maxTokens: mostTokens, temperature: 0, pinnedMap: firstMap.hash)
            ),
            in: firstMap
        ) { ids in
            firstIDs += ids
            prompt += try translator.translate(ids)
        }
        prompt += translator.finish()

        var secondIDs: [TokenID] = []
        let response = try await second.completions(question(prompt))
        guard response.map == secondMap.hash, response.translatedFrom == secondModelMap?.hash else {
            throw ExampleError("the second server does not speak \(secondMap.id)")
        }
        show("second  ", terminator: "")
        try await read(response, in: secondMap) { secondIDs += $0 }

        let outcome = Outcome(
            beginning: firstMap.vocabulary.decode(firstIDs), ending: secondMap.vocabulary.decode(secondIDs),
            idsFromFirst: firstIDs.count - openingIDs.count, idsToSecond: prompt.count,
            idsFromSecond: secondIDs.count)
        guard secondMap.vocabulary.decode(prompt) == outcome.beginning else {
            throw ExampleError("the second server was told another text than the first one's")
        }
        if let secondModelMap { try await check(outcome, secondIDs, secondModelMap) }
        return outcome
    }

    private func question(_ prompt: [TokenID]) -> CompletionOptions {
        .init(
            prompt: .ids(prompt), maxTokens: mostTokens, temperature: 0, pinnedMap: secondMap.hash,
            allowsTranslation: secondModelMap != nil)
    }

    /// Reads an answer, shows its text as it comes, and hands on its ids.
    private func read(
        _ response: CompletionResponse, in map: TokenizerMap, _ handle: ([TokenID]) throws -> Void
    ) async throws {
        var detokenizer = Detokenizer(map.vocabulary)
        for try await frame in response.frames {
            show(detokenizer.append(frame.ids), terminator: "")
            try handle(frame.ids)
        }
        show(detokenizer.finish())
    }

    /// Asks the second server once more, in its model's own vocabulary, so that nothing is translated there: the text
    /// must be the same, and the ids that came must be those of this very text.
    private func check(_ outcome: Outcome, _ ids: [TokenID], _ own: TokenizerMap) async throws {
        let response = try await second.completions(
            .init(
                prompt: .ids(own.tokenizer.encode(outcome.beginning)), maxTokens: mostTokens, temperature: 0,
                pinnedMap: own.hash))
        var detokenizer = Detokenizer(own.vocabulary)
        var text = ""
        for try await frame in response.frames { text += detokenizer.append(frame.ids) }
        text += detokenizer.finish()
        guard text == outcome.ending, secondMap.tokenizer.encode(text) == ids else {
            throw ExampleError("the second server's answer is another one when it is not translated: \(text)")
        }
    }
}
