import CodecCore
import CodecEngines
import CodecMaps
import Synchronization

/// An engine that plays a script for each request.
final class SteppedEngine: TokenEngine {
    enum Step: Sendable {
        case ids([TokenID])
        /// Goes on when the test opens the gate.
        case wait(Gate)
        case finish(FinishReason)
        case fail(EngineError)
        /// Ends nothing: only the reader can.
        case hang
    }

    private struct State {
        var running = 0
        var requests: [CompletionRequest] = []
        var chats: [[ChatMessage]] = []
    }

    let map: TokenizerMap
    let model: ModelDescription
    let toolCalling: ToolCalling?
    private let script: @Sendable (CompletionRequest) throws(EngineError) -> [Step]
    private let state = Mutex(State())

    init(
        model: String = "bytes", map: TokenizerMap? = nil, toolCalling: ToolCalling? = nil,
        _ script: @escaping @Sendable (CompletionRequest) throws(EngineError) -> [Step]
    ) throws {
        self.map = try map ?? ByteMap.make()
        self.model = ModelDescription(name: model, created: 1_700_000_000, contextLength: 4096)
        self.toolCalling = toolCalling
        self.script = script
    }

    /// An engine that always answers with a text.
    convenience init(answering text: String, _ reason: FinishReason = .endOfSequence) throws {
        try self.init { _ in [.ids(ByteMap.ids(text)), .finish(reason)] }
    }

    var load: EngineLoad { EngineLoad(slots: 8, busySlots: running, queued: 0) }
    var running: Int { state.withLock { $0.running } }
    var requests: [CompletionRequest] { state.withLock { $0.requests } }
    var chats: [[ChatMessage]] { state.withLock { $0.chats } }

    func renderChat(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) throws(EngineError) -> [Tokenizer.Segment] {
        state.withLock { $0.chats.append(messages) }
        var segments: [Tokenizer.Segment] = []
        for message in messages {
            segments += [
                Tokenizer.Segment("<|begin|>\(message.role):", specials: .parse),
                Tokenizer.Segment(message.content), Tokenizer.Segment("<|end|>", specials: .parse),
            ]
        }
        return segments
    }

    func generate(_ request: CompletionRequest) async throws(EngineError) -> TokenStream {
        let steps = try script(request)
        state.withLock { state in
            state.requests.append(request)
            state.running += 1
        }
        let changed = Gate()
        let (stream, channel) = TokenStream.makeStream(capacity: 64) { changed.open() }
        Task {
            await Self.play(steps, on: channel, readerChanged: changed)
            state.withLock { $0.running -= 1 }
        }
        return stream
    }

    func shutdown() async {}

    private static func play(_ steps: [Step], on channel: TokenChannel, readerChanged: Gate) async {
        for step in steps {
            switch step {
            case .ids(let ids):
                for id in ids {
                    while !channel.hasRoom, !channel.isAbandoned { await readerChanged.pass() }
                    if channel.isAbandoned { return }
                    channel.send(id)
                }
            case .wait(let gate): await gate.pass()
            case .finish(let reason): channel.finish(reason)
            case .fail(let error): channel.fail(error)
            case .hang: while !channel.isAbandoned { await readerChanged.pass() }
            }
        }
    }
}

/// Lets one waiting task through each time it is opened; an opening that nobody waits for is kept.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func open() { continuation.yield() }

    func pass() async {
        var iterator = stream.makeAsyncIterator()
        await iterator.next()
    }
}
