internal import CodecAPI
internal import CodecCore
internal import CodecMaps

/// Which regions of a model's output are tool calls, and how they are written (spec §2, §9).
struct ToolWatching: Sendable {
    let watcher: ToolWatcher
    let parser: ToolCallParser

    /// The model's own way.
    /// - Throws: `WatcherError` when the markers are not in the vocabulary.
    init(_ calling: ToolCalling, in vocabulary: Vocabulary) throws(WatcherError) {
        watcher = try ToolWatcher(vocabulary, start: calling.startMarker, end: calling.endMarker)
        parser = ToolCallParser(calling.convention)
    }

    /// A request's `tool_watcher`: `{start, end}`, names of special tokens.
    /// - Returns: nil when the request has none.
    init?(_ body: JSONObject, model: ServedModel) throws(APIError) {
        guard let markers = try body.object("tool_watcher") else { return nil }
        let names = try (Self.name("start", of: markers), Self.name("end", of: markers))
        do {
            watcher = try ToolWatcher(model.map.vocabulary, start: names.0, end: names.1)
        } catch {
            throw .invalidRequest("'tool_watcher': \(error).", param: "tool_watcher", code: "unknown_marker")
        }
        let own = model.toolCalling
        let isOwn = own.map { $0.startMarker == names.0 && $0.endMarker == names.1 } ?? false
        parser = ToolCallParser(isOwn ? own?.convention ?? .custom : .custom)
    }

    private static func name(_ field: String, of markers: JSONObject) throws(APIError) -> String {
        guard let name = try markers.string(field) else {
            throw .invalidRequest(
                "'tool_watcher.\(field)' is required: the name of a special token.",
                param: "tool_watcher.\(field)", code: "missing_required_parameter")
        }
        return name
    }
}
