/// Text of a region that a tool watcher found in, calls out (spec §9).
///
/// Reads what models really write and not only what their templates say: several calls, prose and code fences around
/// JSON, calls as in Python, an end too early; see `LenientJSON`. It never fails: what it cannot read is given on as it is.
/// Time is linear in the text, memory too, and neither depends on how deep anything is nested.
public struct ToolCallParser: Sendable {
    public let convention: ToolCallConvention
    public let limits: ToolCallLimits

    public init(_ convention: ToolCallConvention, limits: ToolCallLimits = ToolCallLimits()) {
        self.convention = convention
        self.limits = limits
    }

    /// Reads the text between the markers, special tokens included.
    public func parse(_ body: String) -> ToolCallRegion {
        let bytes = [UInt8](body.utf8)
        guard bytes.count <= limits.bytes else { return ToolCallRegion(unread: body) }
        var reader = ToolCallReader(bytes, limits)
        switch convention {
        case .deepseekV3, .deepseekR1: reader.readDeepSeek()
        case .llama3, .qwen25, .phi4, .mistralNemo: break
        case .custom: if reader.hasDeepSeekTokens { reader.readDeepSeek() }
        }
        if reader.calls.isEmpty { reader.readNamedObjects() }
        if reader.calls.isEmpty { reader.readPythonCalls() }
        if reader.calls.isEmpty { reader.readJSON() }
        guard !reader.calls.isEmpty, reader.calls.count <= limits.calls else {
            return ToolCallRegion(unread: body)
        }
        return ToolCallRegion(body: body, calls: reader.calls, isComplete: reader.isComplete)
    }
}
