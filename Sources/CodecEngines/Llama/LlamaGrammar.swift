internal import CLlama

/// A text grammar's state in llama.cpp: which ids may come next.
final class LlamaGrammar {
    private let sampler: UnsafeMutablePointer<llama_sampler>

    /// - Returns: nil when llama.cpp does not take the rules, or has no memory.
    init?(_ grammar: TextGrammar, model: LlamaModel) {
        guard let sampler = llama_sampler_init_grammar(model.vocabulary, grammar.rules, "root") else {
            return nil
        }
        self.sampler = sampler
    }

    deinit { llama_sampler_free(sampler) }

    /// Whether an id may come next.
    func allows(_ id: llama_token) -> Bool {
        var candidate = llama_token_data(id: id, logit: 1, p: 0)
        return withUnsafeMutablePointer(to: &candidate) { pointer in
            var candidates = llama_token_data_array(data: pointer, size: 1, selected: -1, sorted: false)
            llama_sampler_apply(sampler, &candidates)
            return pointer.pointee.logit != -.infinity
        }
    }

    /// Takes the ids that may not come next out of the choice.
    func apply(to candidates: inout llama_token_data_array) {
        llama_sampler_apply(sampler, &candidates)
    }

    /// Goes on with an id, which must be one that is allowed and does not end the text.
    func accept(_ id: llama_token) {
        llama_sampler_accept(sampler, id)
    }
}
