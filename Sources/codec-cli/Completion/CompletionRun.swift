import CodecClient
import CodecCompression
import CodecCore
import CodecMaps

/// One completion from one request, and what it cost.
struct CompletionRun {
    var text = ""
    /// Empty for a stream of text.
    var ids: [TokenID] = []
    var finishReason: String?
    var encoding: ContentEncoding
    var statistics: StreamStatistics

    /// Runs a completion to its end.
    /// - Parameters:
    ///   - format: nil asks for text in server-sent events.
    ///   - vocabulary: Gives the vocabulary of the answer's ids.
    ///   - receive: Called with the new text and the new ids of each frame.
    init(
        _ client: CodecClient, _ options: CompletionOptions, format: FrameFormat?,
        vocabulary: (CompletionResponse) async throws -> Vocabulary,
        receive: (String, [TokenID]) throws -> Void = { _, _ in }
    ) async throws {
        guard let format else {
            let response = try await client.textCompletions(options)
            encoding = response.encoding
            statistics = response.statistics
            for try await chunk in response.chunks {
                text += chunk.text
                finishReason = chunk.finishReason ?? finishReason
                try receive(chunk.text, [])
            }
            statistics = response.statistics
            return
        }
        let response = try await client.completions(options, format: format)
        encoding = response.encoding
        statistics = response.statistics
        var detokenizer = Detokenizer(try await vocabulary(response))
        for try await frame in response.frames {
            var new = detokenizer.append(frame.ids)
            if frame.done { new += detokenizer.finish() }
            text += new
            ids += frame.ids
            finishReason = frame.finishReason?.rawValue
            try receive(new, frame.ids)
        }
        statistics = response.statistics
    }
}
