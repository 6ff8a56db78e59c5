/// Cuts a template into text and tags. As in the Python library that such templates are written for, a
/// statement takes the newline after it and the blanks before it on its line with it.
struct TemplateLexer {
    enum Piece: Equatable {
        case text(String)
        /// The inside of `{{ … }}`.
        case output([TemplateToken])
        /// The inside of `{% … %}`.
        case statement([TemplateToken])
    }

    private static let closers: [(open: String, close: String)] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")]

    static func pieces(_ source: String) throws(TemplateError) -> [Piece] {
        var pieces: [Piece] = []
        var rest = Substring(source)
        var trimsLeft = false
        var startsLine = true
        while !rest.isEmpty {
            let tag = firstTag(rest)
            var text = rest[..<(tag?.start ?? rest.endIndex)]
            if trimsLeft { text = text.drop(while: \.isWhitespace) }
            guard let tag else {
                pieces.append(.text(String(text)))
                break
            }
            var inside = rest[rest.index(tag.start, offsetBy: 2)...]
            guard let end = endOfTag(inside, tag.close) else {
                throw .unsupported("a tag without its end")
            }
            rest = inside[inside.index(end, offsetBy: 2)...]
            inside = inside[..<end]
            if inside.first == "-" {
                inside = inside.dropFirst()
                text = text.dropLastWhile(\.isWhitespace)
            } else if tag.close != "}}" {
                text = text.droppingIndentation(startsLine: startsLine)
            }
            startsLine = false
            trimsLeft = inside.last == "-"
            if trimsLeft {
                inside = inside.dropLast()
            } else if tag.close != "}}", rest.first?.isNewline == true {
                rest = rest.dropFirst()
                startsLine = true
            }
            if !text.isEmpty { pieces.append(.text(String(text))) }
            switch tag.close {
            case "}}": pieces.append(.output(try TemplateToken.tokens(inside)))
            case "%}": pieces.append(.statement(try TemplateToken.tokens(inside)))
            default: break
            }
        }
        return pieces
    }

    private static func firstTag(_ text: Substring) -> (start: Substring.Index, close: String)? {
        var index = text.startIndex
        while let brace = text[index...].firstIndex(of: "{") {
            for (open, close) in closers where text[brace...].hasPrefix(open) { return (brace, close) }
            index = text.index(after: brace)
        }
        return nil
    }

    /// Where the tag ends; what stands in quotes does not end it, except in a comment.
    private static func endOfTag(_ text: Substring, _ close: String) -> Substring.Index? {
        var quote: Character?
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            if let open = quote {
                if character == "\\" {
                    index = text.index(after: index)
                    if index == text.endIndex { return nil }
                } else if character == open {
                    quote = nil
                }
            } else if text[index...].hasPrefix(close) {
                return index
            } else if close != "#}", character == "'" || character == "\"" {
                quote = character
            }
            index = text.index(after: index)
        }
        return nil
    }
}

extension Substring {
    fileprivate func dropLastWhile(_ predicate: (Character) -> Bool) -> Substring {
        var result = self
        while let last = result.last, predicate(last) { result.removeLast() }
        return result
    }

    /// Without the blanks after the last newline, if there is nothing else after it.
    fileprivate func droppingIndentation(startsLine: Bool) -> Substring {
        let shorter = dropLastWhile { $0 == " " || $0 == "\t" }
        return shorter.last?.isNewline ?? startsLine ? shorter : self
    }
}
