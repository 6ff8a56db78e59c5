/// How a model writes its tool calls (spec §6, §9).
public enum ToolCallConvention: Hashable, Sendable, CaseIterable {
    /// One JSON object, or Python calls.
    case llama3
    /// One JSON object.
    case qwen25
    /// A JSON list.
    case phi4
    /// A JSON list, or a name and its arguments.
    case mistralNemo
    /// Calls between tokens of their own: a type, a name, a fenced JSON object.
    case deepseekV3
    /// Thoughts, which may hold calls as `deepseekV3` writes them.
    case deepseekR1
    /// Whatever of these is found.
    case custom

    /// The convention that a map's `tool_calling.convention` names.
    public init?(name: String) {
        for convention in Self.allCases where convention.name.hasSameBytes(as: name) {
            self = convention
            return
        }
        return nil
    }

    /// The name in a map's `tool_calling.convention`.
    public var name: String {
        switch self {
        case .llama3: "llama3"
        case .qwen25: "qwen25"
        case .phi4: "phi4"
        case .mistralNemo: "mistral_nemo"
        case .deepseekV3: "deepseek_v3"
        case .deepseekR1: "deepseek_r1"
        case .custom: "custom"
        }
    }
}
