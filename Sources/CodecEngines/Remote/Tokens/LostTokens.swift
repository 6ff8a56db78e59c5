internal import CodecCore
import Synchronization

/// Finds ids that a server did not tell, from their number and their text.
///
/// What llama-server leaves out are ids after which the text so far ends inside a character. So each of them has bytes
/// that are no UTF-8 by themselves, of which a vocabulary has few: they are looked through for all ways to write the text
/// with so many of them. Exactly one way proves the ids. That an id without text stands inside a character is left out
/// of account: nothing that a model learned from has one there.
final class LostTokens: Sendable {
    private let vocabulary: Vocabulary
    private let fragments = Mutex<[[UInt8]: [TokenID]]?>(nil)
    /// Longer gaps are not looked into: a character has four bytes.
    private static let longestGap = 16

    init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
    }

    /// The one way to write `text` with `count` ids; nil where there is none or more than one.
    func only(_ count: Int, spelling text: [UInt8]) -> [TokenID]? {
        guard count <= Self.longestGap, text.count <= Self.longestGap * vocabulary.longestTokenLength else {
            return nil
        }
        let fragments = fragments.withLock { fragments in
            let known = fragments ?? Self.fragments(of: vocabulary)
            fragments = known
            return known
        }
        // ways[n]: how many ways there are to write the first n bytes with the ids so far, two standing for more,
        // and the ids of the only one.
        var ways: [Int: (count: Int, ids: [TokenID])] = [0: (1, [])]
        for _ in 0..<count {
            var longer: [Int: (count: Int, ids: [TokenID])] = [:]
            for (start, way) in ways {
                for end in text.indices[start...].map({ $0 + 1 })
                where Self.isInsideCharacter(text[..<end]) {
                    for id in fragments[Array(text[start..<end])] ?? [] {
                        let before = longer[end]?.count ?? 0
                        longer[end] = (min(2, before + way.count), way.ids + [id])
                    }
                }
            }
            ways = longer
        }
        guard let way = ways[text.count], way.count == 1 else { return nil }
        return way.ids
    }

    private static func fragments(of vocabulary: Vocabulary) -> [[UInt8]: [TokenID]] {
        var fragments: [[UInt8]: [TokenID]] = [:]
        for id in 0..<TokenID(clamping: vocabulary.idLimit)
        where vocabulary.contains(id) && !vocabulary.isSpecial(id) {
            let bytes = vocabulary.bytes(of: id)
            if String(validating: bytes, as: UTF8.self) == nil { fragments[bytes, default: []].append(id) }
        }
        return fragments
    }

    /// Whether bytes end in the middle of a character.
    private static func isInsideCharacter(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let lead = bytes.lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return false }
        let length =
            switch bytes[lead] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        return bytes.endIndex - lead < length
    }
}
