// Calls that are not objects with a name.

extension ToolCallReader {
    /// A name and an object of arguments, as later models of Mistral (`name[CALL_ID]id[ARGS]{…}`) and of Meta
    /// (`<function=name>{…}</function>`) write them.
    mutating func readNamedObjects() {
        scanner.position = 0
        while hasRoom {
            skipBetweenCalls()
            while take("[TOOL_CALLS]") { scanner.skipWhiteSpace() }
            let isTagged = take("<function=")
            let name = takeName()
            guard !name.isEmpty, !isTagged || scanner.take(UInt8(ascii: ">")) else { break }
            let id = take("[CALL_ID]") ? String(decoding: takeName(), as: UTF8.self) : nil
            let hasTag = take("[ARGS]") || isTagged
            scanner.skipWhiteSpace()
            guard scanner.next == UInt8(ascii: "{"), let arguments = readValue() else { break }
            let fields = ToolCallFields(arguments, limits)
            // A word before an object that is itself a call is prose.
            guard hasTag || fields.call == nil || !fields.hasArguments else { break }
            calls.append(
                ToolCall(
                    name: String(decoding: name, as: UTF8.self), argumentsJSON: arguments.text, id: id))
            scanner.skipWhiteSpace()
            _ = take("</function>")
        }
        if calls.isEmpty { isComplete = true }
    }

    /// Calls as in Python, with all arguments named, one after another or in a list; nothing else may stand there.
    mutating func readPythonCalls() {
        scanner.position = 0
        skipBetweenCalls()
        let isList = scanner.take(UInt8(ascii: "["))
        while hasRoom {
            skipBetweenCalls()
            if isList, scanner.take(UInt8(ascii: "]")) { continue }
            if scanner.next == nil { return }
            guard let call = pythonCall() else { break }
            calls.append(call)
        }
        guard calls.count <= limits.calls else { return }
        calls = []
        isComplete = true
    }

    private mutating func pythonCall() -> ToolCall? {
        var name = takeName()
        guard let first = name.first, !first.isDigit, scanner.take(UInt8(ascii: "(")) else { return nil }
        // The tools that Llama knows by itself.
        if name.count > 5, name.suffix(5).spells(".call") { name = name.dropLast(5) }
        var arguments: [UInt8] = [UInt8(ascii: "{")]
        while !scanner.take(UInt8(ascii: ")")) {
            if scanner.next == nil {
                isComplete = false
                break
            }
            if arguments.count > 1 {
                _ = scanner.take(UInt8(ascii: ","))
                if scanner.take(UInt8(ascii: ")")) { break }
                if scanner.next == nil { continue }
                arguments.append(UInt8(ascii: ","))
            }
            let key = takeName()
            guard !key.isEmpty, scanner.take(UInt8(ascii: "=")) else { return nil }
            arguments.appendJSON(key)
            arguments.append(UInt8(ascii: ":"))
            if scanner.value(into: &arguments) {
                if !scanner.isComplete { isComplete = false }
            } else {
                guard scanner.next == nil else { return nil }
                arguments.append(contentsOf: "null".utf8)
            }
        }
        arguments.append(UInt8(ascii: "}"))
        return ToolCall(
            name: String(decoding: name, as: UTF8.self),
            argumentsJSON: String(decoding: arguments, as: UTF8.self))
    }

    private static let anyToken: StaticString = "<｜tool▁"
    private static let separator: StaticString = "<｜tool▁sep｜>"

    var hasDeepSeekTokens: Bool { find(Self.separator, from: 0) != nil }

    /// Each call between its own tokens: `function`, the separator, the name, a line break, fenced JSON; or the name, the
    /// separator, JSON.
    mutating func readDeepSeek() {
        var start = 0
        while hasRoom, let separator = find(Self.separator, from: start) {
            // What stands behind the last token before it.
            var head = bytes[start..<separator.lowerBound]
            if let token = head.lastIndex(of: UInt8(ascii: ">")) { head = head[(token &+ 1)...] }
            let type = JSONView(head).bytes
            // A call ends with its token, or with whatever token comes.
            let end = find(Self.anyToken, from: separator.upperBound)?.lowerBound
            if end == nil { isComplete = false }
            addDeepSeekCall(type: type, body: separator.upperBound..<(end ?? bytes.count))
            start = end ?? bytes.count
        }
    }

    private mutating func addDeepSeekCall(type: ArraySlice<UInt8>, body: Range<Int>) {
        var inner = ToolCallReader([UInt8](bytes[body]), limits)
        inner.scanner.skipWhiteSpace()
        var name = type
        if inner.scanner.next != UInt8(ascii: "{"), inner.scanner.next != UInt8(ascii: "`") {
            name = inner.takeName()
        }
        inner.skipBetweenCalls()
        let arguments = inner.scanner.next == nil ? "{}" : inner.readValue()?.text
        if !inner.isComplete { isComplete = false }
        guard let arguments, !name.isEmpty else {
            calls.append(ToolCall(argumentsJSON: String(decoding: bytes[body], as: UTF8.self)))
            return
        }
        calls.append(ToolCall(name: String(decoding: name, as: UTF8.self), argumentsJSON: arguments))
    }

    /// Where `text` stands next.
    private func find(_ text: StaticString, from start: Int) -> Range<Int>? {
        let count = text.utf8CodeUnitCount
        var index = start
        while index <= bytes.count &- count {
            guard let found = bytes[index...].firstIndex(of: text.utf8[0]) else { return nil }
            if bytes[found...].starts(with: text.utf8) { return found..<(found &+ count) }
            index = found &+ 1
        }
        return nil
    }
}
