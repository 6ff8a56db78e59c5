/// Tells where a JSON object that comes in parts is over. What is no JSON is no concern of it.
struct JSONObjectEnd: Equatable {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Whether the outermost object or array is closed.
    private(set) var isReached = false

    mutating func feed(_ text: String) {
        for byte in text.utf8 {
            if isReached { return }
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                isReached = depth <= 0
            default: break
            }
        }
    }
}
