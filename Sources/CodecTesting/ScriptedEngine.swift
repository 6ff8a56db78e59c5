public import CodecCore
public import CodecEngines
public import CodecMaps
import Synchronization

/// An engine without a model: it answers every request with the same ids, as fast as the reader takes them.
///
/// For tests of what stands above an engine. It keeps an engine's rules (`EngineCompatibility`) as far as they do
/// not need a model: it does not sample, does not look for stop strings, and refuses grammars.
public final class ScriptedEngine: TokenEngine {
    public let model: ModelDescription
    public let map: TokenizerMap

    private struct State {
        var running: [Int: TokenChannel] = [:]
        var count = 0
        var isStopped = false
    }

    private let ids: [TokenID]
    private let ending: Result<FinishReason, EngineError>
    private let slots: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - ids: The completion of every request, cut to its `maxTokens`.
    ///   - ending: How the stream ends after all the ids.
    ///   - slots: So many requests may run; one more is refused as `overloaded`.
    public init(
        map: TokenizerMap, replaying ids: [TokenID],
        ending: Result<FinishReason, EngineError> = .success(.endOfSequence),
        name: String = "scripted", contextLength: Int = 4096, slots: Int = 8
    ) {
        self.map = map
        self.ids = ids
        self.ending = ending
        self.slots = slots
        model = ModelDescription(name: name, created: 0, contextLength: contextLength)
    }

    public var load: EngineLoad {
        EngineLoad(slots: slots, busySlots: state.withLock { $0.running.count }, queued: 0)
    }

    /// The messages one after another, each behind its role: a template of ordinary text that has no place for tools.
    public func renderChat(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) throws(EngineError) -> [Tokenizer.Segment] {
        messages.flatMap {
            [
                Tokenizer.Segment($0.role), Tokenizer.Segment(": ", specials: .parse),
                Tokenizer.Segment($0.content), Tokenizer.Segment("\n", specials: .parse),
            ]
        }
    }

    public func generate(_ request: CompletionRequest) async throws(EngineError) -> TokenStream {
        let limit = try request.check(
            contextLength: model.contextLength, vocabularySize: map.vocabulary.idLimit)
        if request.constraint?.grammar != nil {
            throw EngineError(
                .invalidRequest, "A script cannot follow a grammar.", parameter: "constraint")
        }
        let completion = (request.constraint?.prefix ?? []) + ids + (request.constraint?.suffix ?? [])
        let script = Script(
            ids: Array(completion.prefix(limit)),
            ending: limit <= completion.count ? .success(.length) : ending)
        let number = try reserve()
        let (stream, channel) = TokenStream.makeStream(capacity: 1) { [weak self] in
            self?.advance(number, script)
        }
        state.withLock { $0.running[number] = channel }
        advance(number, script)
        return stream
    }

    public func shutdown() async {
        let running = state.withLock { state in
            state.isStopped = true
            defer { state.running = [:] }
            return state.running
        }
        for channel in running.values {
            channel.fail(EngineError(.shuttingDown, "The engine was shut down."))
        }
    }

    private func reserve() throws(EngineError) -> Int {
        try state.withLock { state throws(EngineError) in
            if state.isStopped { throw EngineError(.shuttingDown, "The engine was shut down.") }
            guard state.running.count < slots else {
                throw EngineError(.overloaded, "All \(slots) slots are busy.", retryAfter: 1)
            }
            state.count += 1
            return state.count
        }
    }

    /// Sends ids while there is room; ends the request when all are sent or the reader has left.
    private func advance(_ number: Int, _ script: Script) {
        guard let channel = state.withLock({ $0.running[number] }) else { return }
        while !channel.isAbandoned {
            guard let id = script.current else {
                switch script.ending {
                case .success(let reason): channel.finish(reason)
                case .failure(let error): channel.fail(error)
                }
                break
            }
            guard channel.hasRoom else { return }
            script.pass()
            channel.send(id)
        }
        state.withLock { $0.running[number] = nil }
    }

    /// What is left of one request's completion.
    private final class Script: Sendable {
        let ending: Result<FinishReason, EngineError>
        private let ids: Mutex<ArraySlice<TokenID>>

        init(ids: [TokenID], ending: Result<FinishReason, EngineError>) {
            self.ids = Mutex(ids[...])
            self.ending = ending
        }

        var current: TokenID? { ids.withLock { $0.first } }

        func pass() { ids.withLock { _ = $0.popFirst() } }
    }
}
