/// Encodes a text that arrives in parts: ids come out as soon as no continuation can change them, and together
/// they are the ids of the whole text, wherever it was cut.
///
/// Held back is what the tokenizer's structure asks for: the last piece of the pre-tokenizer, a name of a special token
/// that may be going on, marks that may compose, white space that a special token may swallow.
public struct EncodeStream: Sendable {
    private let tokenizer: Tokenizer
    private let specials: Tokenizer.Specials
    /// Whether special tokens are looked for at all.
    private let findsSpecials: Bool
    /// Whether text is looked at, or changed, before it is cut into pieces.
    private let readsRaw: Bool
    /// Whether some special token owns the white space before it.
    private let holdsWhiteSpace: Bool
    /// Text in which special tokens, and white space that belongs to them, have not been looked for.
    private var raw: [UInt8] = []
    /// Normalized text of the stretch so far that has no ids yet.
    private var stretch: [UInt8] = []
    /// Whether a stretch has begun: whether a space comes in front of it has been decided.
    private var isInStretch = false
    /// Whether nothing of the text, not even a special token, has come.
    private var isFirst = true
    /// White space is swallowed: it follows a special token that owns it.
    private var isStripping = false
    /// Parts are only collected until there is so much text.
    private var patience = 0
    /// Below so many bytes each part is looked at at once.
    private static let impatience = 4_096

    public init(_ tokenizer: Tokenizer, specials: Tokenizer.Specials = .plain) {
        self.tokenizer = tokenizer
        self.specials = specials
        findsSpecials = !tokenizer.matcher(for: specials).isEmpty
        readsRaw = findsSpecials || tokenizer.vocabulary.normalization != .none
        holdsWhiteSpace = tokenizer.vocabulary.specialTokens.contains {
            $0.flags.contains(.stripsBefore) && (specials == .parse || $0.flags.contains(.matchesAlways))
        }
    }

    /// How many bytes of text have no ids yet.
    public var pendingByteCount: Int { raw.count + stretch.count }

    /// The ids that can no longer change, now that this follows.
    public mutating func append(_ text: String) -> [TokenID] {
        var text = text
        return text.withUTF8 { append(utf8: $0) }
    }

    /// The ids that can no longer change, now that these bytes follow; they may end inside a character.
    public mutating func append(utf8: UnsafeBufferPointer<UInt8>) -> [TokenID] {
        var ids: [TokenID] = []
        append(utf8: utf8, into: &ids)
        return ids
    }

    /// Appends the ids that can no longer change, now that these bytes follow; they may end inside a character.
    public mutating func append(utf8: UnsafeBufferPointer<UInt8>, into output: inout [TokenID]) {
        if !readsRaw, raw.isEmpty, endsWithCharacter(utf8) {
            stretch.append(contentsOf: utf8)
        } else {
            raw.append(contentsOf: utf8)
        }
        // A long piece without end is not looked at again for every byte: that would take quadratic time.
        guard pendingByteCount >= patience else { return }
        advance(isEnd: false, into: &output)
        patience = pendingByteCount < Self.impatience ? 0 : pendingByteCount + pendingByteCount / 8
    }

    /// Ends a stretch of text with a special token that the text does not spell, and that owns no white space.
    mutating func append(special id: TokenID, into output: inout [TokenID]) {
        advance(isEnd: true, into: &output)
        output.append(id)
        patience = 0
        isStripping = false
    }

    /// The rest of the ids. The stream is then as new.
    public mutating func finish() -> [TokenID] {
        var ids: [TokenID] = []
        advance(isEnd: true, into: &ids)
        self = EncodeStream(tokenizer, specials: specials)
        return ids
    }

    private func endsWithCharacter(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = text.baseAddress else { return true }
        return incompleteTailLength(base, 0, text.count) == 0
    }

    private mutating func advance(isEnd: Bool, into output: inout [TokenID]) {
        tokenizer.encoders.withEncoder { encoder in
            if !raw.isEmpty { readRaw(isEnd: isEnd, &encoder) }
            encodeStretch(isEnd: isEnd, &encoder)
            output.append(contentsOf: encoder.output.ids)
        }
    }

    private mutating func readRaw(isEnd: Bool, _ encoder: inout PieceEncoder) {
        // Taken out while it is read, so that nothing is copied.
        var text: [UInt8] = []
        swap(&text, &raw)
        let used = text.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { read($0, bytes.count, isEnd: isEnd, &encoder) } ?? 0
        }
        text.removeFirst(used)
        swap(&text, &raw)
    }

    /// Takes special tokens, and what lies between them, out of the text; returns how many bytes are done with.
    private mutating func read(
        _ text: UnsafePointer<UInt8>, _ count: Int, isEnd: Bool, _ encoder: inout PieceEncoder
    ) -> Int {
        guard findsSpecials else { return takeOpen(text, 0, count, isEnd: isEnd) }
        let matcher = tokenizer.matcher(for: specials)
        var position = 0
        while true {
            switch matcher.find(text, position, count, isWhole: isEnd) {
            case .match(let match):
                var stretchEnd = match.start
                if match.flags.contains(.stripsBefore) {
                    stretchEnd = WhiteSpace.start(text, position, stretchEnd)
                }
                if isStripping { position = min(WhiteSpace.end(text, position, stretchEnd), stretchEnd) }
                take(text, position, stretchEnd)
                encodeStretch(isEnd: true, &encoder)
                encoder.output.append(match.id)
                position = match.end
                isFirst = false
                isStripping = match.flags.contains(.stripsAfter)
            case .undecided(let start):
                return takeOpen(text, position, start, isEnd: isEnd)
            case .nothing:
                return takeOpen(text, position, count, isEnd: isEnd)
            }
        }
    }

    /// Takes what cannot belong to a special token that may follow, nor compose with what may follow; returns
    /// where that ends.
    private mutating func takeOpen(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ limit: Int, isEnd: Bool
    ) -> Int {
        var (start, end) = (start, limit)
        if !isEnd { end -= incompleteTailLength(text, start, end) }
        if isStripping {
            start = WhiteSpace.end(text, start, end)
            isStripping = start == end
        }
        if !isEnd {
            if holdsWhiteSpace { end = WhiteSpace.start(text, start, end) }
            if tokenizer.vocabulary.normalization == .nfc { end = NFC.settledEnd(text, start, end) }
        }
        take(text, start, end)
        return end
    }

    /// Appends a part of the text to the stretch, normalized.
    private mutating func take(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
        if tokenizer.vocabulary.normalization == .nfc, let normalized = NFC.normalized(text, start, end) {
            stretch += normalized
        } else {
            stretch += UnsafeBufferPointer(start: text + start, count: end - start)
        }
    }

    /// Encodes what is decided of the stretch.
    /// - Parameter isEnd: the stretch is whole.
    private mutating func encodeStretch(isEnd: Bool, _ encoder: inout PieceEncoder) {
        var stretch: [UInt8] = []
        swap(&stretch, &self.stretch)
        if !isInStretch { isInStretch = beginStretch(&stretch, isEnd: isEnd) }
        if isInStretch {
            let used = stretch.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.map {
                    encodeDecided($0, bytes.count, isEnd: isEnd, &encoder)
                } ?? 0
            }
            if used > 0 { stretch.removeFirst(used) }
        }
        swap(&stretch, &self.stretch)
        if isEnd, isInStretch {
            isInStretch = false
            isFirst = false
        }
    }

    /// Returns where what is decided ends.
    private func encodeDecided(
        _ text: UnsafePointer<UInt8>, _ count: Int, isEnd: Bool, _ encoder: inout PieceEncoder
    ) -> Int {
        guard tokenizer.vocabulary.encoder == .byteLevel else {
            return encoder.encodeCharacters(text, 0, count, isEnd: isEnd)
        }
        return tokenizer.vocabulary.preTokenizer.forEachPiece(text, 0, count, isEnd: isEnd) {
            encoder.encode(text + $0, $1 - $0, readable: count - $0)
        }
    }

    /// Puts a space in front where there must be one; false when that cannot be told yet.
    private func beginStretch(_ stretch: inout [UInt8], isEnd: Bool) -> Bool {
        // A `▁` that has begun.
        guard let first = stretch.first, isEnd || first != 0xE2 || stretch.count >= 3 else { return false }
        let isPrefixed = stretch.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { tokenizer.isPrefixed($0, 0, bytes.count, isFirst: isFirst) } ?? false
        }
        if isPrefixed { stretch.insert(0x20, at: 0) }
        return true
    }
}
