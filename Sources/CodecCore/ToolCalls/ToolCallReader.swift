/// A region's bytes while calls are looked for in them.
struct ToolCallReader {
    var scanner: LenientJSON
    let limits: ToolCallLimits
    var calls: [ToolCall] = []
    var isComplete = true

    init(_ bytes: [UInt8], _ limits: ToolCallLimits) {
        scanner = LenientJSON(bytes, depth: limits.depth)
        self.limits = limits
    }

    var bytes: [UInt8] { scanner.bytes }

    /// Whether there is room for one more call than the limit: that one shows that there are too many.
    var hasRoom: Bool { calls.count <= limits.calls }

    /// Looks for objects with a name, alone or in lists, and goes over anything else.
    mutating func readJSON() {
        scanner.position = 0
        while hasRoom, let byte = scanner.next {
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                let start = scanner.position
                let (count, wasComplete) = (calls.count, isComplete)
                if let view = readValue() { addCalls(in: view, depth: 3) }
                // What is no call may end anywhere.
                if calls.count == count { isComplete = wasComplete }
                if scanner.position == start { scanner.position &+= 1 }
            } else {
                scanner.position &+= 1
            }
        }
    }

    /// Reads one value: as it stands if it is JSON, otherwise as JSON.
    mutating func readValue() -> JSONView? {
        scanner.skipWhiteSpace()
        let start = scanner.position
        scanner.isStrict = true
        var output: [UInt8] = []
        guard scanner.value(into: &output) else { return nil }
        if !scanner.isComplete { isComplete = false }
        let isAsWritten = scanner.isStrict && scanner.isComplete
        return JSONView(isAsWritten ? bytes[start..<scanner.position] : output[...])
    }

    /// Adds the calls that a value holds: an object with a name, OpenAI's form with the name one level down, lists.
    private mutating func addCalls(in view: JSONView, depth: Int) {
        guard depth > 0 else { return }
        switch view.kind {
        case .list:
            for (_, element) in view.members where hasRoom { addCalls(in: element, depth: depth &- 1) }
        case .object:
            let fields = ToolCallFields(view, limits)
            if let call = fields.call {
                calls.append(call)
            } else if let inner = fields.list {
                addCalls(in: inner, depth: depth &- 1)
            }
        default: break
        }
    }

    /// Goes over `text` if it stands here.
    mutating func take(_ text: StaticString) -> Bool {
        guard bytes[scanner.position...].starts(with: text.utf8) else { return false }
        scanner.position &+= text.utf8CodeUnitCount
        return true
    }

    /// Goes over a name as tools have it; empty when there is none.
    mutating func takeName() -> ArraySlice<UInt8> {
        scanner.skipWhiteSpace()
        let start = scanner.position
        while let byte = scanner.next, byte.isName { scanner.position &+= 1 }
        return bytes[start..<scanner.position]
    }

    /// Goes over white space and what stands between calls or around them: separators and the lines of code fences.
    mutating func skipBetweenCalls() {
        while true {
            scanner.skipWhiteSpace()
            if take("```") {
                while let byte = scanner.next, byte.isName { scanner.position &+= 1 }
            } else if scanner.next == UInt8(ascii: ",") || scanner.next == UInt8(ascii: ";") {
                scanner.position &+= 1
            } else {
                return
            }
        }
    }
}

extension UInt8 {
    fileprivate var isName: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            0x80...:
            true
        default: false
        }
    }
}
