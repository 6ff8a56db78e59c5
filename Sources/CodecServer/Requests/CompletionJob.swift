internal import CodecCore
internal import CodecEngines

/// A request as every route hands it on: for which model, what to generate, in what form to answer.
struct CompletionJob: Sendable {
    var kind: ChunkShape.Kind
    var model: ServedModel
    var request: CompletionRequest
    var delivery: StreamFields
    /// The field that held the prompt, for errors.
    var promptField: String

    /// - Throws: 400 for an empty prompt: no engine can go on from nothing.
    func check() throws(APIError) {
        guard !request.prompt.isEmpty else {
            throw .invalidRequest("'\(promptField)' must not be empty.", param: promptField)
        }
    }
}
