package import CodecCore
package import CodecMaps

/// Which regions of a model's output are tool calls, and how they are written (spec §2, §9).
package struct ToolWatching: Sendable {
    package let watcher: ToolWatcher
    package let parser: ToolCallParser

    /// - Parameter calling: the model's own way.
    /// - Throws: `WatcherError` when the markers are not in the vocabulary.
    package init(_ calling: ToolCalling, in vocabulary: Vocabulary) throws(WatcherError) {
        self.init(
            watcher: try ToolWatcher(vocabulary, start: calling.startMarker, end: calling.endMarker),
            parser: ToolCallParser(calling.convention))
    }

    package init(watcher: ToolWatcher, parser: ToolCallParser) {
        self.watcher = watcher
        self.parser = parser
    }
}
