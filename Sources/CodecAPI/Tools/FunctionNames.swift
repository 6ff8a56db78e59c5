/// The names of the functions that an API's tools are told to a model as, and the way back.
///
/// Servers of models take names of up to 64 letters, digits, `_` and `-`. A tool whose own name is such a name keeps it;
/// others (in namespaces, with other characters, too long) get one that depends on nothing but their own name, unless it is
/// taken.
package struct FunctionNames: Sendable, Equatable {
    /// A tool as its API names it.
    package struct Tool: Sendable, Hashable {
        package var namespace: String?
        package var name: String

        package init(namespace: String? = nil, _ name: String) {
            self.namespace = namespace
            self.name = name
        }
    }

    private static let maximumLength = 64

    private var tools: [String: Tool] = [:]
    private var names: [Tool: String] = [:]
    /// How many wanted each name that was taken.
    private var takers: [String: Int] = [:]

    package init() {}

    /// The tool that a function stands for; nil for one that was never named here.
    package func tool(of function: String) -> Tool? { tools[function] }

    /// The function's name of a tool.
    package mutating func function(of tool: Tool) -> String {
        if let name = names[tool] { return name }
        let whole = tool.namespace.map { "\($0)__\(tool.name)" } ?? tool.name
        let wanted = Self.legal(whole)
        var name = wanted
        while tools[name] != nil {
            let number = takers[wanted, default: 1] + 1
            takers[wanted] = number
            let suffix = "_\(number)"
            name = String(wanted.prefix(Self.maximumLength - suffix.utf8.count)) + suffix
        }
        tools[name] = tool
        names[tool] = name
        return name
    }

    /// Whether a tool is told under its own name, and nothing else has to be.
    package static func isLegal(_ name: String) -> Bool {
        1...maximumLength ~= name.utf8.count && name.utf8.allSatisfy(isLegal)
    }

    private static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }

    /// What was changed shows in a hash of the whole name, so that names that differ stay apart.
    private static func legal(_ name: String) -> String {
        if isLegal(name) { return name }
        let kept = name.utf8.prefix(maximumLength - 9).map { isLegal($0) ? $0 : 0x5F }
        let digits = String(hash(name), radix: 16)
        return String(decoding: kept, as: UTF8.self) + "_" + String(repeating: "0", count: 8 - digits.count)
            + digits
    }

    /// FNV-1a: the same in every process, so that a prompt stays the same from turn to turn.
    private static func hash(_ name: String) -> UInt32 {
        name.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
