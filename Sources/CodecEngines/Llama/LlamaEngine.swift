internal import CLlama
internal import CodecCore
public import CodecMaps
import Foundation
import Synchronization

/// A GGUF model run in this process by llama.cpp: ids in, ids out.
///
/// Up to `parallel` requests are decoded together, in one context with one sequence each; more wait in a
/// bounded queue. A prompt that begins like one that a slot still remembers is decoded from the first
/// difference only.
public final class LlamaEngine: TokenEngine {
    public let model: ModelDescription
    public let map: TokenizerMap
    public let toolCalling: ToolCalling?

    private let queue: LlamaQueue
    private let parallel: Int
    private let vocabularySize: Int
    let chatTemplate: ChatTemplate?

    /// Loads the model; takes as long as reading the file does.
    /// - Parameter map: The model's own vocabulary.
    /// - Throws: `modelUnavailable` with the reason; `invalidRequest` for a configuration that cannot be.
    public init(_ configuration: LlamaConfiguration, map: TokenizerMap) throws(EngineError) {
        try configuration.check()
        let model = try LlamaModel(path: configuration.modelPath)
        guard map.vocabulary.idLimit <= model.vocabularySize else {
            throw EngineError(
                .modelUnavailable,
                "The map '\(map.id)' has ids up to \(map.vocabulary.idLimit - 1), the model only up to "
                    + "\(model.vocabularySize - 1): it is another model's map.")
        }
        let threads = configuration.threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
        let context = try LlamaContext(model, configuration, threads: threads)
        let fileName = URL(fileURLWithPath: model.path).deletingPathExtension().lastPathComponent
        self.model = ModelDescription(
            name: configuration.modelName ?? model.metadata("general.basename")
                ?? model.metadata("general.name") ?? fileName,
            created: model.created, contextLength: context.sequenceLength)
        self.map = map
        let toolCalling = configuration.toolCalling ?? map.toolCalling
        self.toolCalling = toolCalling
        queue = LlamaQueue(limit: configuration.queueLimit)
        parallel = configuration.parallel
        vocabularySize = model.vocabularySize
        chatTemplate = model.chatTemplate.map {
            ChatTemplate(
                $0, beginning: model.beginToken, end: model.endToken, toolCalling: toolCalling)
        }
        start(
            LlamaScheduler(
                model: model, context: context, queue: queue, text: TokenText(map: map),
                vocabulary: map.vocabulary, parallel: parallel))
    }

    deinit { queue.stop() }

    /// The thread owns the scheduler and with it the model: they are freed there, before the queue says so.
    private func start(_ scheduler: sending LlamaScheduler) {
        let handover = Mutex<LlamaScheduler?>(scheduler)
        let queue = queue
        let thread = Thread {
            handover.withLock { $0.take() }?.run()
            queue.finish()
        }
        thread.name = "llama"
        thread.stackSize = 8 << 20
        thread.start()
    }

    public var load: EngineLoad {
        let load = queue.load
        return EngineLoad(slots: parallel, busySlots: load.busySlots, queued: load.queued)
    }

    public func generate(_ request: CompletionRequest) async throws(EngineError) -> TokenStream {
        let limit = try request.check(contextLength: model.contextLength, vocabularySize: vocabularySize)
        let queue = queue
        let (stream, channel) = TokenStream.makeStream { queue.wake() }
        try queue.add(LlamaJob(request: request, limit: limit, channel: channel), slots: parallel)
        return stream
    }

    public func shutdown() async {
        queue.stop()
        await queue.waitUntilStopped()
    }
}
