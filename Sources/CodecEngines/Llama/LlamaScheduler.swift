internal import CLlama
internal import CodecCore

/// The engine's thread: decodes all running requests together, a step at a time.
///
/// A step decodes one id of each request that is generating and, beside them, pieces of the prompts of
/// those that are not yet. A request whose reader is slow is left out of the step, and one whose reader
/// has left gives its slot to the next.
final class LlamaScheduler {
    private let model: LlamaModel
    private let context: LlamaContext
    private let queue: LlamaQueue
    private let text: TokenText
    private let excluded: [llama_logit_bias]
    private var slots: [LlamaSlot]
    private var useCount = 0

    /// While others generate, a step takes at most so many ids of prompts, to keep their pace.
    private static let promptShare = 128

    /// - Parameter vocabulary: The ids outside of it are never chosen.
    init(
        model: LlamaModel, context: LlamaContext, queue: LlamaQueue, text: TokenText, vocabulary: Vocabulary,
        parallel: Int
    ) {
        self.model = model
        self.context = context
        self.queue = queue
        self.text = text
        excluded = model.ids(outside: vocabulary).map { llama_logit_bias(token: $0, bias: -.infinity) }
        slots = (0..<parallel).map { LlamaSlot(sequence: llama_seq_id($0)) }
    }

    /// Runs until the queue is stopped.
    func run() {
        while !queue.isStopping {
            for index in slots.indices where slots[index].run?.channel.isAbandoned == true { free(index) }
            admit()
            if !step() { queue.wait() }
        }
        for slot in slots { slot.run?.channel.fail(.shuttingDown) }
    }

    // MARK: Slots

    private var busySlots: Int { slots.count { $0.run != nil } }

    private func free(_ index: Int) {
        useCount += 1
        slots[index].lastUse = useCount
        slots[index].run = nil
    }

    private func admit() {
        while busySlots < slots.count {
            guard let job = queue.next(busySlots: busySlots) else { return }
            place(job)
        }
        queue.setBusySlots(busySlots)
    }

    /// Gives a request the free slot that suits it, and prepares the slot.
    private func place(_ job: LlamaJob) {
        // To the model, the completion's fixed first ids are a part of the prompt.
        let prefix = job.request.constraint?.prefix ?? []
        let prompt = job.request.prompt + prefix
        guard let sampler = sampler(for: job.request, prompt: prompt), let index = bestSlot(for: prompt)
        else {
            job.channel.fail(EngineError(.generationFailed, "The request's sampler could not be made."))
            return
        }
        if !prefix.isEmpty { job.channel.send(prefix) }
        var reused = slots[index].reusable(prompt)
        if !context.forget(slots[index].sequence, from: reused) { reused = 0 }
        slots[index].cached.removeSubrange(reused...)
        let text = text
        slots[index].run = LlamaRun(
            channel: job.channel, sampler: sampler,
            matcher: job.request.stop.isEmpty
                ? nil
                : StopSequenceMatcher(
                    stops: job.request.stop, textOfID: text.bytes(of:), idsOfText: text.ids(of:)),
            input: prompt[reused...], remaining: job.limit - prefix.count,
            suffix: job.request.constraint?.suffix ?? [])
    }

    private func sampler(for request: CompletionRequest, prompt: [TokenID]) -> LlamaSampler? {
        var grammar: LlamaGrammar?
        if let rules = request.constraint?.grammar {
            grammar = LlamaGrammar(rules, model: model)
            guard grammar != nil else { return nil }
        }
        return LlamaSampler(
            request.sampling, prompt: prompt, vocabularySize: model.vocabularySize, excluded: excluded,
            grammar: grammar)
    }

    /// The free slot that shares the longest prefix with the prompt, if that is worth what else the slot
    /// remembers; otherwise the one that has not been used for longest.
    private func bestSlot(for prompt: [TokenID]) -> Int? {
        let free = slots.indices.filter { slots[$0].run == nil }
        let shared = free.map { (index: $0, count: slots[$0].reusable(prompt)) }
        if let best = shared.max(by: { $0.count < $1.count }),
            best.count > 0, best.count >= min(prompt.count, slots[best.index].cached.count) / 2
        {
            return best.index
        }
        return free.min { slots[$0].lastUse < slots[$1].lastUse }
    }

    // MARK: Steps

    /// Decodes one batch; false when there is nothing to decode now.
    private func step() -> Bool {
        let active = slots.indices.filter { slots[$0].run?.channel.hasRoom == true }
        guard !active.isEmpty else { return false }
        let taken = fillBatch(active)
        guard context.decode() else {
            for (index, _, _) in taken { abort(index) }
            return true
        }
        for (index, count, _) in taken {
            guard let input = slots[index].run?.input.prefix(count) else { continue }
            slots[index].cached += input
            slots[index].run?.input.removeFirst(count)
        }
        for (index, _, row) in taken {
            if let row { choose(index, row) }
        }
        return true
    }

    /// Puts each slot's share into the batch: which slot, how many ids, and the row of the logits if the
    /// slot's input is complete.
    private func fillBatch(_ active: [Int]) -> [(index: Int, count: Int, row: Int32?)] {
        let prompts = active.count { (slots[$0].run?.input.count ?? 0) > 1 }
        let generating = active.count - prompts
        let room = context.batchLimit - generating
        let share = (generating == 0 ? room : min(room, Self.promptShare)) / max(prompts, 1)
        context.startBatch()
        return active.compactMap { index in
            guard let run = slots[index].run else { return nil }
            let ids = run.input.prefix(max(share, 1))
            let isComplete = ids.count == run.input.count
            var row: Int32 = 0
            for (offset, id) in ids.enumerated() {
                row = context.add(
                    id, position: slots[index].cached.count + offset, sequence: slots[index].sequence,
                    wantsLogits: isComplete && offset == ids.count - 1)
            }
            return (index, ids.count, isComplete ? row : nil)
        }
    }

    /// Chooses the slot's next id by the logits of a row, and passes on what is certain.
    private func choose(_ index: Int, _ row: Int32) {
        guard var run = slots[index].run else { return }
        guard let token = run.sampler.sample(context, row: row) else {
            run.channel.fail(
                EngineError(.generationFailed, "No token of the vocabulary goes on as the constraint asks."))
            return free(index)
        }
        if model.endsGeneration(token) {
            let held = run.matcher?.finish() ?? []
            run.channel.finish(.endOfSequence, after: held + run.suffix)
            return free(index)
        }
        let id = TokenID(bitPattern: token)
        let certain = run.matcher?.append(id) ?? [id]
        run.remaining -= 1
        if run.matcher?.hasMatched == true {
            run.channel.finish(.stopSequence, after: certain)
            free(index)
        } else if run.remaining == run.suffix.count {
            run.channel.finish(.length, after: certain + (run.matcher?.finish() ?? []))
            free(index)
        } else {
            run.channel.send(certain)
            run.input = [id]
            slots[index].run = run
        }
    }

    /// Ends a slot's stream after a failed step, and forgets what the context may hold of it.
    private func abort(_ index: Int) {
        slots[index].run?.channel.fail(
            EngineError(.generationFailed, "The model failed to decode; the completion is incomplete."))
        _ = context.forget(slots[index].sequence, from: 0)
        slots[index].cached = []
        free(index)
    }
}
