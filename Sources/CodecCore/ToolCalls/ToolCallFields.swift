/// The members of a JSON object that make it a call, by the names that models give them.
struct ToolCallFields {
    /// The call, if the object has a name.
    private(set) var call: ToolCall?
    /// A list of calls, as OpenAI's messages have it.
    private(set) var list: JSONView?
    /// Whether arguments stood beside the name.
    private(set) var hasArguments = false

    init(_ object: JSONView, _ limits: ToolCallLimits) {
        var name: JSONView?
        var arguments: JSONView?
        var id: JSONView?
        var others: [(key: ArraySlice<UInt8>, value: JSONView)] = []
        func add(_ object: JSONView, isInner: Bool) {
            for (key, value) in object.members {
                guard let key else { continue }
                if Self.isKey(key, ["function"]), value.kind == .object, !isInner {
                    add(value, isInner: true)
                } else if Self.isKey(key, ["tool_calls"]), value.kind == .list {
                    list = value
                } else if Self.isKey(key, ["name", "function", "tool", "tool_name", "function_name"]),
                    value.kind == .string, name == nil
                {
                    name = value
                } else if Self.isKey(key, ["arguments", "parameters", "args", "input"]), arguments == nil {
                    arguments = value
                } else if Self.isKey(key, ["id", "call_id", "tool_call_id"]) {
                    id = value
                } else if !Self.isKey(key, ["type"]) {
                    others.append((key, value))
                }
            }
        }
        add(object, isInner: false)
        hasArguments = arguments != nil
        guard let name = name?.content, !name.isEmpty else { return }
        call = ToolCall(
            name: name, argumentsJSON: arguments.map { Self.json($0, limits) } ?? Self.object(others),
            id: id.flatMap { $0.isNull || $0.kind == .object || $0.kind == .list ? nil : $0.content })
    }

    private static func isKey(_ key: ArraySlice<UInt8>, _ names: [StaticString]) -> Bool {
        names.contains { key.spells($0) }
    }

    /// Arguments as JSON: an object that was written as a string is unpacked.
    private static func json(_ value: JSONView, _ limits: ToolCallLimits) -> String {
        if value.isNull { return "{}" }
        guard value.kind == .string else { return value.text }
        var scanner = LenientJSON([UInt8](value.content.utf8), depth: limits.depth)
        var output: [UInt8] = []
        scanner.skipWhiteSpace()
        guard let first = scanner.next else { return "{}" }
        guard first == UInt8(ascii: "{"), scanner.value(into: &output), scanner.isComplete else {
            return value.text
        }
        let end = scanner.position
        scanner.skipWhiteSpace()
        guard scanner.next == nil else { return value.text }
        return scanner.isStrict
            ? JSONView(scanner.bytes[..<end]).text : String(decoding: output, as: UTF8.self)
    }

    /// The members that stand beside the name where arguments should be.
    private static func object(_ members: [(key: ArraySlice<UInt8>, value: JSONView)]) -> String {
        var output: [UInt8] = [UInt8(ascii: "{")]
        for (key, value) in members {
            if output.count > 1 { output.append(UInt8(ascii: ",")) }
            output.append(UInt8(ascii: "\""))
            output.append(contentsOf: key)
            output.append(contentsOf: "\":".utf8)
            output.append(contentsOf: value.bytes)
        }
        output.append(UInt8(ascii: "}"))
        return String(decoding: output, as: UTF8.self)
    }
}
