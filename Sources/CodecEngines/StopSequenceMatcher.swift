internal import CodecCore

/// Finds stop strings in the text of a stream of ids, wherever token borders fall, and cuts exactly there.
///
/// Ids whose text may be the beginning of a stop are held back until it is certain. Of several stops the
/// one that is complete first ends the text; of those complete at the same byte, the longest. Each byte
/// costs one step of an automaton a stop, whatever the strings are.
struct StopSequenceMatcher {
    /// The bytes of one id's text; none for ids that have no text.
    typealias TextOfID = (TokenID) -> [UInt8]
    /// Ids that decode to exactly these bytes, which need not be whole UTF-8 sequences.
    typealias IDsOfText = ([UInt8]) -> [TokenID]

    private struct HeldID {
        var id: TokenID
        /// Where its text begins and ends, in bytes since the stream's start.
        var text: Range<Int>
    }

    private var automata: [StopAutomaton]
    private let textOfID: TextOfID
    private let idsOfText: IDsOfText
    private var held: [HeldID] = []
    private var position = 0
    /// Whether a stop was found; what is appended afterwards is lost.
    private(set) var hasMatched = false

    /// - Parameter stops: An empty string never matches.
    init(stops: [String], textOfID: @escaping TextOfID, idsOfText: @escaping IDsOfText) {
        automata = stops.filter { !$0.isEmpty }.map { StopAutomaton(Array($0.utf8)) }
        self.textOfID = textOfID
        self.idsOfText = idsOfText
    }

    /// The ids that are certain to lie before any stop, now that one more is known.
    ///
    /// On a match these are the last ones: a token that the stop begins inside of is replaced by ids of
    /// its text before the stop.
    mutating func append(_ id: TokenID) -> [TokenID] {
        guard !hasMatched else { return [] }
        let text = textOfID(id)
        let start = position
        held.append(HeldID(id: id, text: start..<start + text.count))
        for byte in text {
            position += 1
            if let length = advance(byte) {
                hasMatched = true
                return release(upTo: position - length, cutting: true)
            }
        }
        let candidate = automata.lazy.map(\.matched).max() ?? 0
        return release(upTo: position - candidate, cutting: false)
    }

    /// The ids still held back: the stream ended before a stop was complete.
    mutating func finish() -> [TokenID] {
        defer { held = [] }
        return held.map(\.id)
    }

    /// Feeds all automata; the length of the longest stop that is complete now.
    private mutating func advance(_ byte: UInt8) -> Int? {
        var longest: Int?
        for index in automata.indices where automata[index].advance(byte) {
            longest = max(longest ?? 0, automata[index].matched)
        }
        return longest
    }

    private mutating func release(upTo end: Int, cutting: Bool) -> [TokenID] {
        let count = held.firstIndex { $0.text.upperBound > end } ?? held.count
        var ids = held[..<count].map(\.id)
        if cutting, count < held.count, held[count].text.lowerBound < end {
            let straddling = held[count]
            ids += idsOfText(Array(textOfID(straddling.id).prefix(end - straddling.text.lowerBound)))
        }
        held.removeFirst(cutting ? held.count : count)
        return ids
    }
}

/// Knuth, Morris and Pratt's automaton of one byte string.
private struct StopAutomaton {
    private let pattern: [UInt8]
    /// `fallback[n]`: the longest proper prefix of the pattern that its first n bytes end with.
    private let fallback: [Int]
    /// So many bytes of the pattern are what the text ends with.
    private(set) var matched = 0

    init(_ pattern: [UInt8]) {
        self.pattern = pattern
        var fallback = [0, 0]
        var length = 0
        for byte in pattern.dropFirst() {
            while length > 0, pattern[length] != byte { length = fallback[length] }
            if pattern[length] == byte { length += 1 }
            fallback.append(length)
        }
        self.fallback = fallback
    }

    /// Takes one byte; whether the whole pattern ends here. Not to be called after it said so.
    mutating func advance(_ byte: UInt8) -> Bool {
        while matched > 0, pattern[matched] != byte { matched = fallback[matched] }
        if pattern[matched] == byte { matched += 1 }
        return matched == pattern.count
    }
}
