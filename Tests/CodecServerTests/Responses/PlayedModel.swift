import CodecAPI
import CodecEngines
import Synchronization

/// A model that plays steps for each request, and remembers what it was asked.
final class PlayedModel: ModelEngine {
    enum Step: Sendable {
        case events([ModelEvent])
        /// Goes on when the test opens the gate.
        case wait(Gate)
        case fail(EngineError)
        /// Ends nothing: only the reader can.
        case hang
    }

    private let steps: [Step]
    private let asked = Mutex<[ModelRequest]>([])

    init(_ steps: [Step]) { self.steps = steps }

    /// A model that always answers with a text.
    convenience init(answering text: String) {
        self.init([
            .events([.text(text), .usage(ModelUsage(inputTokens: 3, outputTokens: 2)), .finish(.stop)])
        ])
    }

    var requests: [ModelRequest] { asked.withLock { $0 } }

    func respond(to request: ModelRequest) async throws(EngineError) -> ModelStream {
        asked.withLock { $0.append(request) }
        return ModelStream(Source(steps), degradations: request.hints.map { "ignored-\($0)" })
    }

    func countTokens(of request: ModelRequest) async throws(EngineError) -> Int { 42 }

    func shutdown() async {}

    private final class Source: ModelChunkSource {
        private let rest: Mutex<[Step]>

        init(_ steps: [Step]) { rest = Mutex(steps) }

        func next() async throws(EngineError) -> ModelChunk? {
            while let step = rest.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                switch step {
                case .events(let events): return ModelChunk(events)
                case .wait(let gate): await gate.pass()
                case .fail(let error): throw error
                case .hang:
                    let never = Gate()
                    await never.pass()
                }
                if Task.isCancelled { return nil }
            }
            return nil
        }
    }
}
