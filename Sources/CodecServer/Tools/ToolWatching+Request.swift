internal import CodecAPI
internal import CodecCore
internal import CodecEngines
internal import CodecMaps

extension ToolWatching {
    /// A request's `tool_watcher`: `{start, end}`, names of special tokens.
    /// - Returns: nil when the request has none.
    init?(_ body: JSONObject, model: TokenSource) throws(APIError) {
        guard let markers = try body.object("tool_watcher") else { return nil }
        let names = try (Self.name("start", of: markers), Self.name("end", of: markers))
        let own = model.toolCalling
        let isOwn = own.map { $0.startMarker == names.0 && $0.endMarker == names.1 } ?? false
        do {
            self.init(
                watcher: try ToolWatcher(model.map.vocabulary, start: names.0, end: names.1),
                parser: ToolCallParser(isOwn ? own?.convention ?? .custom : .custom))
        } catch {
            throw .invalidRequest("'tool_watcher': \(error).", param: "tool_watcher", code: "unknown_marker")
        }
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
