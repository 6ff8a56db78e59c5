/// Text to ids: the very ids of the model's own tokenizer (spec §7).
public struct Tokenizer: Sendable {
    /// What to do with text that spells a special token.
    public enum Specials: Sendable, Equatable {
        /// It is ordinary text: the only safe choice for text that is not the caller's own.
        case plain
        /// It becomes the special token's id, longest name first.
        case parse
    }

    /// A stretch of a text, and whether special tokens are looked for in it.
    public struct Segment: Sendable, Equatable {
        public var text: String
        public var specials: Specials
        public init(_ text: String, specials: Specials = .plain) {
            self.text = text
            self.specials = specials
        }

        public static func == (a: Segment, b: Segment) -> Bool {
            a.specials == b.specials && a.text.utf8.elementsEqual(b.text.utf8)
        }
    }

    public let vocabulary: Vocabulary
    private let specialMatcher: SpecialTokenMatcher
    private let encoders: PieceEncoderPool

    public init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        specialMatcher = SpecialTokenMatcher(vocabulary)
        encoders = PieceEncoderPool(vocabulary)
    }

    /// The ids of a text. Never adds a begin or end token.
    public func encode(_ text: String, specials: Specials = .plain) -> [TokenID] {
        var text = text
        return text.withUTF8 { encode(utf8: $0, specials: specials) }
    }

    /// The ids of UTF-8 bytes. A byte that is not part of well-formed UTF-8 is a character of its own.
    public func encode(utf8: UnsafeBufferPointer<UInt8>, specials: Specials = .plain) -> [TokenID] {
        guard let base = utf8.baseAddress else { return [] }
        return encoders.withEncoder { encoder in
            var text = Text(base: base, end: utf8.count)
            if specials == .parse { encodeThroughSpecials(&text, in: 0, utf8.count, &encoder) }
            return encodeRest(&text, &encoder)
        }
    }

    /// The ids of segments as one text: cut and merged across segment borders as in the whole text, with
    /// special tokens found only inside the segments that say so.
    public func encode(_ segments: [Segment]) -> [TokenID] {
        var bytes: [UInt8] = []
        for segment in segments { bytes += segment.text.utf8 }
        return bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return [] }
            return encoders.withEncoder { encoder in
                var text = Text(base: base, end: buffer.count)
                var start = 0
                for segment in segments {
                    let end = start + segment.text.utf8.count
                    if segment.specials == .parse { encodeThroughSpecials(&text, in: start, end, &encoder) }
                    start = end
                }
                return encodeRest(&text, &encoder)
            }
        }
    }

    /// A text, and the position up to which it is encoded.
    private struct Text {
        let base: UnsafePointer<UInt8>
        let end: Int
        var position = 0
    }

    /// Encodes up to and including every special token in `start..<end`.
    private func encodeThroughSpecials(
        _ text: inout Text, in start: Int, _ end: Int, _ encoder: inout PieceEncoder
    ) {
        var position = start
        while let found = specialMatcher.find(text.base, position, end) {
            encodeStretch(&text, upTo: found.start, &encoder)
            encoder.output.append(found.id)
            text.position = found.end
            position = found.end
        }
    }

    /// Encodes a stretch without special tokens.
    private func encodeStretch(_ text: inout Text, upTo stop: Int, _ encoder: inout PieceEncoder) {
        guard text.position < stop else { return }
        if vocabulary.encoder == .byteLevel {
            let (base, end) = (text.base, text.end)
            vocabulary.preTokenizer.forEachPiece(base, text.position, stop) { start, pieceEnd in
                encoder.encode(base + start, pieceEnd - start, readable: end - start)
            }
        } else {
            encoder.merge(symbols: vocabulary.symbols(text.base, text.position, stop))
        }
        text.position = stop
    }

    private func encodeRest(_ text: inout Text, _ encoder: inout PieceEncoder) -> [TokenID] {
        encodeStretch(&text, upTo: text.end, &encoder)
        return encoder.output.array
    }
}
