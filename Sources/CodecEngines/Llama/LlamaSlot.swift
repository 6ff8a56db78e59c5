internal import CLlama
internal import CodecCore

/// One of the context's sequences: the ids it remembers, and the request that uses it now.
struct LlamaSlot {
    let sequence: llama_seq_id
    /// The ids whose keys and values the context holds, from position 0.
    var cached: [TokenID] = []
    /// When a request last ended here; larger is later.
    var lastUse = 0
    var run: LlamaRun?

    /// So many of the prompt's first ids need no decoding here. The last one always does: its logits choose
    /// the first new id.
    func reusable(_ prompt: [TokenID]) -> Int {
        zip(cached, prompt.dropLast()).prefix { $0 == $1 }.count
    }
}

/// A request in its slot.
struct LlamaRun {
    let channel: TokenChannel
    let sampler: LlamaSampler
    var matcher: StopSequenceMatcher?
    /// The ids to decode next: what is left of the prompt, or the id chosen last.
    var input: ArraySlice<TokenID>
    /// New ids that may still come.
    var remaining: Int
    /// The ids that end the completion once the model has.
    var suffix: [TokenID] = []
}
