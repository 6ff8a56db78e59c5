internal import CodecCore

/// An accepted request on its way to a slot.
struct LlamaJob: Sendable {
    var request: CompletionRequest
    /// New ids at most; prompt and completion fit the context together.
    var limit: Int
    var channel: TokenChannel
}
