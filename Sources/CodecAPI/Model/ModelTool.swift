package import CodecMaps

/// A tool that the model may call. Fronts write what other APIs do not know (custom tools, namespaces) as functions, and
/// undo it in their answers.
package struct ModelTool: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// Called with JSON arguments of a schema, which is an object.
        case function(parameters: JSONValue, isStrict: Bool?)
        /// Run by the model's server, like `web_search`: known only to servers of the API that it came in by.
        case hosted(JSONValue)
    }

    package var name: String
    /// What the tool does, for the model to read.
    package var description: String?
    package var kind: Kind

    package init(name: String, description: String? = nil, kind: Kind) {
        self.name = name
        self.description = description
        self.kind = kind
    }
}

/// Which tools the model has to call.
package enum ToolChoice: Sendable, Equatable {
    /// The model decides.
    case automatic
    /// It calls none.
    case never
    /// It calls at least one.
    case required
    /// It calls the tool of this name.
    case tool(name: String)
    /// It calls, where required at least one, and otherwise if it likes, tools of these names only.
    case allowed(names: [String], isRequired: Bool)
}
