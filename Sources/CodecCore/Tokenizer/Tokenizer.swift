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
    private let specials: SpecialTokenMatcher
    /// What is found in plain text too.
    private let always: SpecialTokenMatcher
    let encoders: PieceEncoderPool

    public init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        let tokens = vocabulary.specialTokens
        let always = tokens.filter { $0.flags.contains(.matchesAlways) }
        self.always = SpecialTokenMatcher(vocabulary.findsSymbolsInMerging ? [] : always)
        specials = SpecialTokenMatcher(
            vocabulary.findsSymbolsInMerging ? tokens.filter { !$0.flags.contains(.matchesAlways) } : tokens)
        encoders = PieceEncoderPool(vocabulary)
    }

    /// The ids of a text. Never adds a begin or end token.
    public func encode(_ text: String, specials: Specials = .plain) -> [TokenID] {
        var text = text
        return text.withUTF8 { encode(utf8: $0, specials: specials) }
    }

    /// The ids of UTF-8 bytes. A byte that is not part of well-formed UTF-8 is a character of its own.
    public func encode(utf8: UnsafeBufferPointer<UInt8>, specials: Specials = .plain) -> [TokenID] {
        var droppedBytes = 0
        return encode(utf8: utf8, specials: specials, droppedBytes: &droppedBytes)
    }

    /// The ids of UTF-8 bytes, as `encode(utf8:specials:)` gives them.
    /// - Parameter droppedBytes: grows by the number of bytes that the vocabulary has no token for; they are left
    ///   out, as the models' own tokenizers do (spec §7).
    public func encode(
        utf8: UnsafeBufferPointer<UInt8>, specials: Specials = .plain, droppedBytes: inout Int
    ) -> [TokenID] {
        guard let base = utf8.baseAddress else { return [] }
        return encoders.withEncoder { encoder in
            // Four bytes to an id, as in most texts: room that has to grow is copied each time.
            encoder.output.reserve(utf8.count / 4)
            var text = Text(base: base, end: utf8.count)
            encodeThroughSpecials(&text, in: 0, utf8.count, specials, &encoder)
            encodeStretch(&text, upTo: text.end, &encoder)
            droppedBytes += encoder.droppedBytes
            return encoder.output.array
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
                    encodeThroughSpecials(&text, in: start, end, segment.specials, &encoder)
                    start = end
                }
                encodeStretch(&text, upTo: text.end, &encoder)
                return encoder.output.array
            }
        }
    }

    /// What finds the special tokens of a text.
    func matcher(for mode: Specials) -> SpecialTokenMatcher {
        mode == .parse ? specials : always
    }

    /// A text, and the position up to which it is encoded.
    private struct Text {
        let base: UnsafePointer<UInt8>
        let end: Int
        var position = 0
        /// The end of the white space that was last looked for behind a special token.
        var whiteSpaceEnd = 0
    }

    /// Encodes up to and including every special token in `start..<end`.
    private func encodeThroughSpecials(
        _ text: inout Text, in start: Int, _ end: Int, _ mode: Specials, _ encoder: inout PieceEncoder
    ) {
        let matcher = matcher(for: mode)
        if matcher.isEmpty { return }
        var position = start
        while case .match(let match) = matcher.find(text.base, position, end) {
            var stretchEnd = match.start
            if match.flags.contains(.stripsBefore), text.position < stretchEnd {
                stretchEnd = WhiteSpace.start(text.base, text.position, stretchEnd)
            }
            encodeStretch(&text, upTo: stretchEnd, &encoder)
            encoder.output.append(match.id)
            position = match.end
            text.position = match.end
            if match.flags.contains(.stripsAfter) {
                // Names may be white space themselves; what one of them stripped is not read again.
                if text.whiteSpaceEnd < match.end {
                    text.whiteSpaceEnd = WhiteSpace.end(text.base, match.end, text.end)
                }
                text.position = text.whiteSpaceEnd
            }
        }
    }

    private func encodeStretch(_ text: inout Text, upTo stop: Int, _ encoder: inout PieceEncoder) {
        let start = text.position
        guard start < stop else { return }
        text.position = stop
        encodeStretch(text.base, start, stop, readable: text.end, isFirst: start == 0, &encoder)
    }

    /// Encodes a stretch of text between special tokens.
    /// - Parameters:
    ///   - readable: up to where bytes may be read; at least `end`.
    ///   - isFirst: nothing of the text, not even a special token, is before it.
    func encodeStretch(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, readable: Int, isFirst: Bool,
        _ encoder: inout PieceEncoder
    ) {
        if vocabulary.normalization == .nfc, let normalized = NFC.normalized(text, start, end) {
            normalized.withUnsafeBufferPointer { normalized in
                guard let base = normalized.baseAddress else { return }
                let isPrefixed = isPrefixed(base, 0, normalized.count, isFirst: isFirst)
                encodeNormalized(
                    base, 0, normalized.count, readable: normalized.count, isPrefixed: isPrefixed, &encoder)
            }
        } else {
            let isPrefixed = isPrefixed(text, start, end, isFirst: isFirst)
            encodeNormalized(text, start, end, readable: readable, isPrefixed: isPrefixed, &encoder)
        }
    }

    /// Whether a space that the text has not comes in front of a stretch.
    func isPrefixed(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, isFirst: Bool) -> Bool {
        var beginsWithSpace: Bool {
            text[start] == 0x20 || vocabulary.encoder == .metaspace && isMetaspace(text, start, end)
        }
        return switch vocabulary.spacePrefix {
        case .never: false
        case .each: true
        case .eachUnlessSpace: !beginsWithSpace
        case .firstUnlessSpace: isFirst && !beginsWithSpace
        }
    }

    @inline(__always)
    private func encodeNormalized(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, readable: Int, isPrefixed: Bool,
        _ encoder: inout PieceEncoder
    ) {
        guard isPrefixed else { return encodePieces(text, start, end, readable: readable, &encoder) }
        // The space is part of the text: of pieces, and of symbols that are found while merging.
        var prefixed: [UInt8] = [0x20]
        prefixed += UnsafeBufferPointer(start: text + start, count: end - start)
        prefixed.withUnsafeBufferPointer { prefixed in
            guard let base = prefixed.baseAddress else { return }
            encodePieces(base, 0, prefixed.count, readable: prefixed.count, &encoder)
        }
    }

    private func encodePieces(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, readable: Int, _ encoder: inout PieceEncoder
    ) {
        guard vocabulary.encoder == .byteLevel else {
            encoder.encodeCharacters(text, start, end)
            return
        }
        vocabulary.preTokenizer.forEachPiece(text, start, end) { pieceStart, pieceEnd in
            encoder.encode(text + pieceStart, pieceEnd - pieceStart, readable: readable - pieceStart)
        }
    }
}
