/// Ids to text, as a stream (spec §8): text comes out at complete UTF-8 sequences only, and the whole
/// output is the same for every way of cutting the ids into calls.
public struct Detokenizer: Sendable {
    public enum Specials: Sendable, Equatable {
        /// Special tokens are as if they were not there, but for those that are always visible.
        case hide
        /// Special tokens are spelled out by name.
        case show
    }

    /// What to do with the one leading space that a metaspace tokenizer adds in encoding, if it does.
    public enum LeadingSpace: Sendable, Equatable {
        case remove
        case keep
    }

    /// Ids seen so far that the vocabulary has not; each became U+FFFD.
    public private(set) var unknownCount = 0

    private let vocabulary: Vocabulary
    private let specials: Specials
    private let leadingSpace: LeadingSpace
    private var repair = UTF8Repair()
    private var mayRemoveSpace: Bool

    public init(
        _ vocabulary: Vocabulary, specials: Specials = .hide, leadingSpace: LeadingSpace = .remove
    ) {
        self.vocabulary = vocabulary
        self.specials = specials
        self.leadingSpace = leadingSpace
        mayRemoveSpace =
            vocabulary.encoder == .metaspace && vocabulary.spacePrefix != .never && leadingSpace == .remove
    }

    /// The text that is complete after these ids.
    public mutating func append(_ ids: some Sequence<TokenID>) -> String {
        var output: [UInt8] = []
        append(ids, into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the text that is complete after these ids, as well-formed UTF-8.
    public mutating func append(_ ids: some Sequence<TokenID>, into output: inout [UInt8]) {
        let done: Void? = ids.withContiguousStorageIfAvailable { appendAll($0, into: &output) }
        if done == nil {
            for id in ids { appendOne(id, into: &output) }
        }
    }

    /// Gathers ordinary tokens in a small buffer; whatever needs thought goes through `appendOne`.
    private mutating func appendAll(_ ids: UnsafeBufferPointer<TokenID>, into output: inout [UInt8]) {
        let capacity = 4_096
        let margin = 16
        let (entries, texts, idLimit) = (
            vocabulary.entries, vocabulary.textBytes, TokenID(vocabulary.idLimit)
        )
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity + margin) { gathered in
            guard let base = gathered.baseAddress else { return }
            var count = 0
            // Where the parts of characters begin, if the last tokens are such.
            var partStart: Int?
            var isPlain = repair.isEmpty && !mayRemoveSpace
            func flush() {
                let wholeEnd = partStart ?? count
                output.append(contentsOf: UnsafeBufferPointer(start: base, count: wholeEnd))
                repair.append(
                    UnsafeBufferPointer(start: base + wholeEnd, count: count - wholeEnd), into: &output)
                count = 0
                partStart = nil
                isPlain = repair.isEmpty && !mayRemoveSpace
            }
            for id in ids {
                let entry = id < idLimit ? entries[Int(id)] : TokenEntry()
                let isComplete = entry.traits.contains(.completeText)
                // Parts that make whole characters stay where they are.
                if isComplete, let start = partStart {
                    if isCompleteUTF8(base + start, count - start) { partStart = nil } else { flush() }
                }
                guard isPlain, entry.length <= margin, entry.traits.isOrdinary else {
                    flush()
                    appendOne(id, into: &output)
                    isPlain = repair.isEmpty && !mayRemoveSpace
                    continue
                }
                if !isComplete, partStart == nil { partStart = count }
                // Sixteen bytes whatever the length: both buffers have room for them.
                let bytes = UnsafeRawPointer(texts + Int(entry.offset)).loadUnaligned(as: SIMD16<UInt8>.self)
                UnsafeMutableRawPointer(base + count).storeBytes(of: bytes, as: SIMD16<UInt8>.self)
                count += entry.length
                if count > capacity - margin { flush() }
            }
            flush()
        }
    }

    private mutating func appendOne(_ id: TokenID, into output: inout [UInt8]) {
        let traits = vocabulary.traits(of: id)
        if specials == .hide, traits.contains(.special), !traits.isOrdinary { return }
        guard traits.contains(.known) else {
            unknownCount += 1
            repair.append([0xEF, 0xBF, 0xBD], into: &output)
            mayRemoveSpace = false
            return
        }
        var text = vocabulary.text(of: id)
        if mayRemoveSpace, text.count > 0 {
            mayRemoveSpace = false
            if traits.isOrdinary, text[0] == 0x20 {
                text = UnsafeBufferPointer(rebasing: text[1...])
            }
        }
        if traits.contains(.completeText), repair.isEmpty {
            output.append(contentsOf: text)
        } else {
            repair.append(text, into: &output)
        }
    }

    /// The rest: an incomplete UTF-8 tail as U+FFFD.
    public mutating func finish() -> String {
        var output: [UInt8] = []
        finish(into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the rest: an incomplete UTF-8 tail as U+FFFD.
    public mutating func finish(into output: inout [UInt8]) {
        repair.finish(into: &output)
    }

    /// Forgets the stream; the next one begins.
    public mutating func reset() {
        self = Detokenizer(vocabulary, specials: specials, leadingSpace: leadingSpace)
    }
}

extension Vocabulary.Traits {
    /// Known, and shown whether special tokens are shown or not.
    fileprivate var isOrdinary: Bool {
        let kind = intersection([.known, .special, .visible])
        return kind == .known || kind == [.known, .special, .visible]
    }
}

extension Vocabulary {
    /// The whole text of some ids.
    public func decode(_ ids: some Sequence<TokenID>, specials: Detokenizer.Specials = .hide) -> String {
        var detokenizer = Detokenizer(self, specials: specials)
        var output: [UInt8] = []
        detokenizer.append(ids, into: &output)
        detokenizer.finish(into: &output)
        return String(decoding: output, as: UTF8.self)
    }
}
