extension CompletionOptions {
    /// A tool that the model may call.
    public struct Tool: Sendable, Equatable {
        public var name: String
        /// What the tool does, for the model to read.
        public var description: String?
        /// The JSON Schema of the arguments, which are an object; nil = any. Sent as it is written: the order of its
        /// properties is the order in which a forced call has them.
        public var parameters: String?

        public init(name: String, description: String? = nil, parameters: String? = nil) {
            self.name = name
            self.description = description
            self.parameters = parameters
        }
    }

    /// Whether a tool is called.
    public enum ToolChoice: Sendable, Equatable {
        /// The model decides.
        case automatic
        /// No tool is called.
        case never
        /// One of the tools is called.
        case required
        /// The tool of this name is called.
        case tool(String)
    }

    /// The names of the special tokens that a call stands between.
    public struct ToolMarkers: Sendable, Equatable {
        public var start: String
        public var end: String

        public init(start: String, end: String) {
            self.start = start
            self.end = end
        }
    }
}
