/// Why bytes are no JSON (RFC 8259).
package struct JSONError: Error, Equatable, Sendable {
    package enum Code: String, Sendable {
        case unexpectedEnd = "the document ends too early"
        case unexpectedByte = "this byte cannot stand here"
        case invalidNumber = "a number is not written as JSON asks"
        case invalidEscape = "a backslash is followed by no known escape"
        case loneSurrogate = "a \\u escape is half of a surrogate pair"
        case controlCharacter = "a control character in a string is not escaped"
        case invalidUTF8 = "the bytes are not UTF-8"
        case tooDeep = "arrays and objects are nested too deeply"
        case tooManyValues = "the document has more values than are allowed"
        case trailingBytes = "something follows the document's value"
    }

    package var code: Code
    /// Where in the document, in bytes.
    package var offset: Int
}
