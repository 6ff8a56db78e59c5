import CodecAPI
import CodecEngines
import CodecGateway
import Synchronization

/// An engine that does what a test says for each request, and counts.
final class PlayedEngine: ModelEngine {
    typealias Script = @Sendable (ModelRequest) throws(EngineError) -> [Step]

    enum Step: Sendable {
        case chunk(ModelChunk)
        case fail(EngineError)
        /// Waits until the reader is cancelled.
        case hang
    }

    private struct State {
        var script: Script
        var requests: [ModelRequest] = []
        var open = 0
        var isShutDown = false
    }

    private let state: Mutex<State>

    init(_ script: @escaping Script) { state = Mutex(State(script: script)) }

    /// One that always answers with a text.
    convenience init(answering text: String) {
        self.init { _ in [.chunk(ModelChunk([.text(text)])), .chunk(ModelChunk([.finish(.stop)]))] }
    }

    convenience init(failing code: EngineError.Code, retryAfter: Int? = nil) {
        self.init { _ throws(EngineError) in throw EngineError(code, "no", retryAfter: retryAfter) }
    }

    var requests: [ModelRequest] { state.withLock { $0.requests } }
    /// Streams that somebody holds.
    var open: Int { state.withLock { $0.open } }
    var isShutDown: Bool { state.withLock { $0.isShutDown } }

    func play(_ script: @escaping Script) { state.withLock { $0.script = script } }

    func respond(to request: ModelRequest) async throws(EngineError) -> ModelStream {
        let script = state.withLock { state in
            state.requests.append(request)
            return state.script
        }
        let steps = try script(request)
        state.withLock { $0.open += 1 }
        return ModelStream(Source(steps, of: self), degradations: ["played"])
    }

    func countTokens(of request: ModelRequest) async throws(EngineError) -> Int {
        let script = state.withLock { $0.script }
        return try script(request).count
    }

    func shutdown() async { state.withLock { $0.isShutDown = true } }

    var engines: UpstreamEngines {
        UpstreamEngines(
            model: self, check: { _ throws(EngineError) in }, shutdown: { await self.shutdown() })
    }

    private final class Source: ModelChunkSource {
        private let steps: Mutex<ArraySlice<Step>>
        private let engine: PlayedEngine

        init(_ steps: [Step], of engine: PlayedEngine) {
            self.steps = Mutex(steps[...])
            self.engine = engine
        }

        deinit { engine.state.withLock { $0.open -= 1 } }

        func next() async throws(EngineError) -> ModelChunk? {
            switch steps.withLock({ $0.popFirst() }) {
            case .chunk(let chunk): return chunk
            case .fail(let error): throw error
            case .hang:
                try? await Task.sleep(for: .seconds(3600))
                return nil
            case nil: return nil
            }
        }
    }
}
