package import CodecCore

/// Takes the regions between two special tokens out of a model's ids, and puts the calls that they hold into the frame
/// with the ids that follow (spec §2).
package struct ToolCallStage: FrameStage {
    private var watcher: ToolWatcher
    private let parser: ToolCallParser
    private let vocabulary: Vocabulary
    /// Calls that wait for the frame that carries them.
    private var calls: [ToolCall] = []

    package init(_ watching: ToolWatching, vocabulary: Vocabulary) {
        watcher = watching.watcher
        parser = watching.parser
        self.vocabulary = vocabulary
    }

    package mutating func process(_ frame: TokenFrame) throws(EngineError) -> [TokenFrame] {
        var frames: [TokenFrame] = []
        for event in watcher.feed(frame.ids) { take(event, into: &frames) }
        guard frame.done else { return frames }
        // A marker that ends the generation is not among the ids: the region is as whole as it gets.
        if let event = watcher.end(finishReason: frame.finishReason) { take(event, into: &frames) }
        if frames.isEmpty || !calls.isEmpty { frames.append(TokenFrame(toolCalls: calls)) }
        calls = []
        frames[frames.count - 1].done = true
        frames[frames.count - 1].finishReason = frame.finishReason
        return frames
    }

    private mutating func take(_ event: ToolWatcher.Event, into frames: inout [TokenFrame]) {
        switch event {
        case .passthrough(let ids):
            frames.append(TokenFrame(ids: ids, toolCalls: calls))
            calls = []
        case .nestedStart: break
        // What is too long or cut short is given on as far as it came: nothing that the model wrote is lost.
        case .region(let ids, _), .overflow(let ids, _), .truncated(let ids, _, _):
            guard !ids.isEmpty else { return }
            calls += parser.parse(text(of: ids)).calls
        }
    }

    /// The region's text; some conventions have special tokens inside.
    private func text(of ids: [TokenID]) -> String {
        var detokenizer = Detokenizer(vocabulary, specials: .show)
        return detokenizer.append(ids) + detokenizer.finish()
    }
}
