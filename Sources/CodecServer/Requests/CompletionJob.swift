internal import CodecAPI
internal import CodecCore
internal import CodecEngines
internal import CodecMaps

/// A request for ids as every route hands it on: from which model, what to generate, in what frames to answer.
struct CompletionJob: Sendable {
    var model: TokenSource
    var request: CompletionRequest
    var format: FrameFormat
    var flush: FlushPolicy
    /// What the client's ids mean.
    var vocabulary: ClientVocabulary
    /// The regions of the model's output that are taken out of it as tool calls.
    var watching: ToolWatching?
    /// The field that held the prompt, for errors.
    var promptField: String

    /// What makes the answer small: dictionaries and rank tables are for the model's own ids.
    var assets: WireAssets { vocabulary.isTranslated ? WireAssets() : model.assets }

    /// What is done to the engine's frames.
    func stages() throws(APIError) -> [any FrameStage] {
        var stages: [any FrameStage] = []
        if let watching { stages.append(ToolCallStage(watching, vocabulary: model.map.vocabulary)) }
        if let translation = try vocabulary.stage() { stages.append(translation) }
        return stages
    }

    /// - Throws: 400 for an empty prompt: no engine can go on from nothing.
    func check() throws(APIError) {
        guard !request.prompt.isEmpty else {
            throw .invalidRequest("'\(promptField)' must not be empty.", param: promptField)
        }
    }
}
