package import CodecCore
package import CodecMaps
import Synchronization

/// A token engine over HTTP: the ids are the upstream's own, or made of its text, as `isRetokenized` says.
///
/// Stop texts are looked for here, over ids, since upstreams cut the text and not the ids. The id that ends the model's
/// turn is not part of a completion.
package final class UpstreamTokenEngine: TokenEngine {
    private struct Running: Sendable {
        var channel: TokenChannel
        var pump: TokenPump
    }

    private struct State: Sendable {
        var running: [Int: Running] = [:]
        var starting = 0
        var count = 0
        var isStopped = false
    }

    package let map: TokenizerMap
    package let toolCalling: ToolCalling?
    package let isRetokenized: Bool
    private let upstream: any TokenUpstream
    private let name: String
    private let slots: Int
    private let template: ChatTemplate?
    private let state = Mutex(State())
    /// 0 = not known yet.
    private let knownContext: Atomic<Int>
    /// Where the upstream does not tell either: it judges itself.
    private static let unknownContext = Int(Int32.max)

    /// - Parameters:
    ///   - name: The model's name for clients.
    ///   - contextLength: Ids that prompt and completion share; nil asks the upstream when it is first needed.
    ///   - slots: So many requests are expected to run at once, for routing; more are passed on.
    ///   - template: Makes prompts of messages here; nil leaves it to the upstream.
    package init(
        _ upstream: any TokenUpstream, name: String, map: TokenizerMap, contextLength: Int? = nil,
        slots: Int = 64, template: ChatTemplate? = nil, toolCalling: ToolCalling? = nil
    ) {
        self.upstream = upstream
        self.name = name
        self.map = map
        self.slots = slots
        self.template = template
        self.toolCalling = toolCalling ?? map.toolCalling
        isRetokenized = upstream.isRetokenized
        knownContext = Atomic(contextLength ?? 0)
    }

    package var model: ModelDescription {
        let known = knownContext.load(ordering: .relaxed)
        return ModelDescription(
            name: name, created: 0, contextLength: known > 0 ? known : Self.unknownContext)
    }

    package var load: EngineLoad {
        let busy = state.withLock { $0.running.count + $0.starting }
        return EngineLoad(slots: slots, busySlots: busy, queued: 0)
    }

    package func renderChat(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) throws(EngineError) -> [Tokenizer.Segment] {
        guard let template else {
            throw EngineError(
                .unsupported, "The model '\(name)' has no chat template here; send a prompt instead.",
                parameter: "messages")
        }
        return try template.render(messages, tools: tools)
    }

    package func chatPrompt(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) async throws(EngineError) -> [TokenID] {
        guard template == nil else { return map.tokenizer.encode(try renderChat(messages, tools: tools)) }
        return try await upstream.chatPrompt(messages, tools: tools)
    }

    package func generate(_ request: CompletionRequest) async throws(EngineError) -> TokenStream {
        try begin()
        var isRunning = false
        defer { if !isRunning { state.withLock { $0.starting -= 1 } } }
        await learnContextLength()
        let limit = try request.check(
            contextLength: model.contextLength, vocabularySize: map.vocabulary.idLimit)
        if request.constraint?.grammar != nil, !upstream.takesGrammars {
            throw EngineError(
                .unsupported, "The model '\(name)' cannot be held to a schema.", parameter: "response_format")
        }
        let constraint = request.constraint ?? GenerationConstraint()
        let isLimited = request.maxTokens != nil || model.contextLength != Self.unknownContext
        let order = TokenOrder(
            prompt: request.prompt + constraint.prefix,
            limit: isLimited ? limit - constraint.fixedCount : nil, sampling: request.sampling,
            grammar: constraint.grammar)
        var source = try await upstream.start(order)
        let first = try await source.next()
        let pump = TokenPump()
        let (stream, channel) = TokenStream.makeStream(capacity: 256) { pump.readerChanged() }
        isRunning = true
        let number = try enter(Running(channel: channel, pump: pump))
        let filter = TokenFilter(request, order: order, map: map, upstream: name)
        pump.run(channel, source, first, filter) { [weak self] in self?.leave(number) }
        return stream
    }

    package func shutdown() async {
        let running = state.withLock { state in
            state.isStopped = true
            return Array(state.running.values)
        }
        for run in running {
            run.channel.fail(Self.stopped)
            run.pump.cancel()
        }
        await upstream.shutdown()
    }

    /// Asks the upstream how long its context is, if that is not known; one that cannot be asked is asked again later.
    private func learnContextLength() async {
        guard knownContext.load(ordering: .relaxed) == 0 else { return }
        do throws(EngineError) {
            knownContext.store(try await upstream.contextLength() ?? Self.unknownContext, ordering: .relaxed)
        } catch {
            // The request itself will say what is wrong.
        }
    }

    private func begin() throws(EngineError) {
        try state.withLock { state throws(EngineError) in
            if state.isStopped { throw Self.stopped }
            state.starting += 1
        }
    }

    private func enter(_ run: Running) throws(EngineError) -> Int {
        try state.withLock { state throws(EngineError) in
            state.starting -= 1
            if state.isStopped { throw Self.stopped }
            state.count += 1
            state.running[state.count] = run
            return state.count
        }
    }

    private func leave(_ number: Int) { state.withLock { $0.running[number] = nil } }

    private static let stopped = EngineError(.shuttingDown, "The engine was shut down.")
}
