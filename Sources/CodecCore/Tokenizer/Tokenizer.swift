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

    public init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        specialMatcher = SpecialTokenMatcher(vocabulary)
    }

    /// The ids of a text. Never adds a begin or end token.
    public func encode(_ text: String, specials: Specials = .plain) -> [TokenID] {
        var text = text
        return text.withUTF8 { encode(utf8: $0, specials: specials) }
    }

    /// The ids of UTF-8 bytes. A byte that is not part of well-formed UTF-8 is a character of its own.
    public func encode(utf8: UnsafeBufferPointer<UInt8>, specials: Specials = .plain) -> [TokenID] {
        var run = Run(vocabulary, expectedBytes: utf8.count)
        guard let text = utf8.baseAddress else { return [] }
        if specials == .parse { addSpecials(text, 0, utf8.count, &run) }
        run.finish(text, utf8.count)
        return run.ids
    }

    /// The ids of segments as one text: cut and merged across segment borders as in the whole text, with
    /// special tokens found only inside the segments that say so.
    public func encode(_ segments: [Segment]) -> [TokenID] {
        var bytes: [UInt8] = []
        for segment in segments { bytes += segment.text.utf8 }
        return bytes.withUnsafeBufferPointer { buffer in
            guard let text = buffer.baseAddress else { return [] }
            var run = Run(vocabulary, expectedBytes: buffer.count)
            var start = 0
            for segment in segments {
                let end = start + segment.text.utf8.count
                if segment.specials == .parse { addSpecials(text, start, end, &run) }
                start = end
            }
            run.finish(text, buffer.count)
            return run.ids
        }
    }

    /// Encodes up to and including every special token in `start..<end`.
    private func addSpecials(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ run: inout Run) {
        var position = start
        while let found = specialMatcher.find(text, position, end) {
            run.addStretch(text, found.start)
            run.ids.append(found.id)
            run.position = found.end
            position = found.end
        }
    }

    /// One text on its way: the ids so far, and the position up to which they stand for it.
    private struct Run: ~Copyable {
        private let vocabulary: Vocabulary
        private var encoder: PieceEncoder
        var ids: [TokenID] = []
        var position = 0

        init(_ vocabulary: Vocabulary, expectedBytes: Int) {
            self.vocabulary = vocabulary
            encoder = PieceEncoder(vocabulary)
            ids.reserveCapacity(expectedBytes / 4 + 8)
        }

        /// Encodes from `position` to `end`, a stretch without special tokens.
        mutating func addStretch(_ text: UnsafePointer<UInt8>, _ end: Int) {
            guard position < end else { return }
            if vocabulary.encoder == .byteLevel {
                vocabulary.preTokenizer.forEachPiece(text, position, end) { start, end in
                    encoder.encode(text + start, end - start, into: &ids)
                }
            } else {
                encoder.merge(symbols: vocabulary.symbols(text, position, end), into: &ids)
            }
            position = end
        }

        mutating func finish(_ text: UnsafePointer<UInt8>, _ end: Int) {
            addStretch(text, end)
        }
    }
}
