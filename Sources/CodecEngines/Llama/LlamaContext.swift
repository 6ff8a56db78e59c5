internal import CLlama
internal import CodecCore

/// A llama context with one sequence a slot, and the batch that feeds it. Used by one thread at a time.
final class LlamaContext {
    let pointer: OpaquePointer
    let vocabulary: OpaquePointer
    private let memory: llama_memory_t
    private var batch: llama_batch
    /// At most so many ids are decoded in one step.
    let batchLimit: Int
    /// Ids that one sequence has room for.
    let sequenceLength: Int

    private static let defaultLengthLimit = 4096
    private static let leastBatch = 512

    /// - Throws: `modelUnavailable` when there is not enough memory.
    init(_ model: LlamaModel, _ configuration: LlamaConfiguration, threads: Int) throws(EngineError) {
        let length = configuration.contextLength ?? min(model.trainingContext, Self.defaultLengthLimit)
        let (total, overflow) = length.multipliedReportingOverflow(by: configuration.parallel)
        guard !overflow, let total = UInt32(exactly: total) else {
            throw EngineError(.modelUnavailable, "A context of \(length) ids is too large.")
        }
        var parameters = llama_context_default_params()
        parameters.n_ctx = total
        parameters.n_seq_max = UInt32(configuration.parallel)
        parameters.n_batch = UInt32(Self.leastBatch)
        parameters.n_ubatch = UInt32(Self.leastBatch)
        parameters.n_threads = Int32(clamping: threads)
        parameters.n_threads_batch = Int32(clamping: threads)
        // Each sequence has its own memory, from position 0: what others do cannot change its results.
        parameters.kv_unified = false
        // Flash attention's kernels, and with them the rounding, depend on how many ids are decoded together.
        parameters.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED
        LlamaLog.clear()
        guard let pointer = llama_init_from_model(model.pointer, parameters),
            let memory = llama_get_memory(pointer)
        else {
            let reason = LlamaLog.firstError ?? "not enough memory"
            throw EngineError(
                .modelUnavailable,
                "No context of \(configuration.parallel) × \(length) ids for '\(model.path)': \(reason)")
        }
        self.pointer = pointer
        vocabulary = model.vocabulary
        self.memory = memory
        batchLimit = Int(llama_n_batch(pointer))
        sequenceLength = min(length, Int(llama_n_ctx_seq(pointer)))
        batch = llama_batch_init(Int32(clamping: batchLimit), 0, 1)
    }

    deinit {
        llama_batch_free(batch)
        llama_free(pointer)
    }

    func startBatch() { batch.n_tokens = 0 }

    var batchCount: Int { Int(batch.n_tokens) }

    /// Adds an id to the batch, which must have room for it; returns its row.
    @discardableResult
    func add(_ id: TokenID, position: Int, sequence: llama_seq_id, wantsLogits: Bool) -> Int32 {
        let row = Int(batch.n_tokens)
        batch.token[row] = llama_token(bitPattern: id)
        batch.pos[row] = llama_pos(clamping: position)
        batch.n_seq_id[row] = 1
        batch.seq_id[row]?[0] = sequence
        batch.logits[row] = wantsLogits ? 1 : 0
        batch.n_tokens += 1
        return Int32(row)
    }

    /// Decodes the batch; whether it worked.
    func decode() -> Bool { llama_decode(pointer, batch) == 0 }

    /// Forgets a sequence from a position on; false = the model cannot forget a part, all is forgotten.
    func forget(_ sequence: llama_seq_id, from position: Int) -> Bool {
        if llama_memory_seq_rm(memory, sequence, llama_pos(clamping: position), -1) { return true }
        _ = llama_memory_seq_rm(memory, sequence, -1, -1)
        return false
    }
}
