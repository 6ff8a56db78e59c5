internal import CLlama
internal import CodecCore

/// llama.cpp's sampler chain for one request.
final class LlamaSampler {
    /// The repetition penalty looks at so many ids.
    static let penaltyWindow = 64
    /// Below this the division of the logits could overflow, and only the most likely id has a chance anyway.
    private static let leastTemperature: Float = 0.001

    private let chain: UnsafeMutablePointer<llama_sampler>
    private let grammar: LlamaGrammar?
    private let vocabularySize: Int

    /// - Parameters:
    ///   - prompt: What precedes the first id that is chosen.
    ///   - excluded: Ids that are never chosen.
    ///   - grammar: What the text has to match.
    /// - Returns: nil when llama.cpp has no memory for it.
    init?(
        _ parameters: SamplingParameters, prompt: [TokenID], vocabularySize: Int,
        excluded: [llama_logit_bias], grammar: LlamaGrammar?
    ) {
        guard let chain = llama_sampler_chain_init(llama_sampler_chain_default_params()) else { return nil }
        self.chain = chain
        self.grammar = grammar
        self.vocabularySize = vocabularySize
        if !excluded.isEmpty {
            llama_sampler_chain_add(
                chain,
                llama_sampler_init_logit_bias(
                    Int32(clamping: vocabularySize), Int32(clamping: excluded.count), excluded))
        }
        if parameters.repetitionPenalty != 1 {
            let window = Int32(Self.penaltyWindow)
            let penalties = llama_sampler_init_penalties(
                Int32(clamping: vocabularySize), window, parameters.repetitionPenalty, 0, 0)
            llama_sampler_chain_add(chain, penalties)
            for id in prompt.suffix(Self.penaltyWindow) {
                llama_sampler_accept(penalties, llama_token(bitPattern: id))
            }
        }
        guard parameters.temperature >= Self.leastTemperature else {
            llama_sampler_chain_add(chain, llama_sampler_init_greedy())
            return
        }
        if parameters.topK > 0 {
            llama_sampler_chain_add(chain, llama_sampler_init_top_k(Int32(clamping: parameters.topK)))
        }
        if parameters.topP < 1 {
            llama_sampler_chain_add(chain, llama_sampler_init_top_p(parameters.topP, 1))
        }
        if parameters.minP > 0 {
            llama_sampler_chain_add(chain, llama_sampler_init_min_p(parameters.minP, 1))
        }
        llama_sampler_chain_add(chain, llama_sampler_init_temp(parameters.temperature))
        // llama.cpp takes the largest seed for "random"; as a request's seed it has to repeat like any other.
        let seed = parameters.seed ?? UInt32.random(in: 0..<UInt32.max)
        llama_sampler_chain_add(chain, llama_sampler_init_dist(min(seed, UInt32.max - 1)))
    }

    deinit { llama_sampler_free(chain) }

    /// Chooses an id by the logits of the batch's given row, and remembers it.
    ///
    /// Asking a grammar about every id of the vocabulary is slow. It is asked about the chain's choice only, and about
    /// all when it forbids that one.
    /// - Returns: nil when the grammar allows no id at all.
    func sample(_ context: LlamaContext, row: Int32) -> llama_token? {
        guard let grammar else { return llama_sampler_sample(chain, context.pointer, row) }
        var choice = choose(context, row)
        if choice.map(grammar.allows) != true { choice = choose(context, row, grammar) }
        // With every id forbidden the chain still chooses one.
        guard let id = choice, grammar.allows(id) else { return nil }
        llama_sampler_accept(chain, id)
        if !llama_vocab_is_eog(context.vocabulary, id) { grammar.accept(id) }
        return id
    }

    private func choose(_ context: LlamaContext, _ row: Int32, _ grammar: LlamaGrammar? = nil) -> llama_token?
    {
        guard let logits = llama_get_logits_ith(context.pointer, row) else { return nil }
        let data = UnsafeMutableBufferPointer<llama_token_data>.allocate(capacity: vocabularySize)
        defer { data.deallocate() }
        for id in 0..<vocabularySize {
            data.initializeElement(
                at: id, to: llama_token_data(id: llama_token(truncatingIfNeeded: id), logit: logits[id], p: 0)
            )
        }
        var candidates = llama_token_data_array(
            data: data.baseAddress, size: vocabularySize, selected: -1, sorted: false)
        grammar?.apply(to: &candidates)
        llama_sampler_apply(chain, &candidates)
        guard 0..<Int64(candidates.size) ~= candidates.selected else { return nil }
        return candidates.data[Int(candidates.selected)].id
    }
}
