internal import CodecCore

/// Finds the merges of a vocabulary that does not list them: of any neighbours whose joined text is a token,
/// the pair whose token comes first is merged first, leftmost first.
///
/// Inside a stretch of text whose borders stay borders, merging goes as if the stretch stood alone. So a token
/// can only ever be made of the two parts that are left when its own text is merged alone, up to the last
/// merge; where more than two are left, no text's merging makes the token.
struct MergeDerivation {
    /// What merging starts from.
    enum Symbols {
        case bytes
        /// The characters of valid UTF-8.
        case characters
    }

    /// Longer tokens are refused: the work for one grows with the square of its length.
    static let longestToken = 512

    private let index: StringIndex
    /// By token: its place in the order of merging; nil for tokens that merging must not make.
    private let order: [UInt32]
    private let symbols: Symbols
    static let never = UInt32.max

    /// - Parameter order: a number for each string of `index`, the first to be merged the smallest.
    init(_ index: StringIndex, order: [UInt32], symbols: Symbols) {
        self.index = index
        self.order = order
        self.symbols = symbols
    }

    private var starts: [Int] = []
    private var places: [UInt32] = []

    /// Where the token's two parts meet, in bytes from its start; nil when it is a single symbol, or merging
    /// does not make it.
    mutating func border(in token: UnsafeRawBufferPointer) -> Int? {
        starts.removeAll(keepingCapacity: true)
        for position in 0..<token.count
        where symbols == .bytes || token[position] & 0xC0 != 0x80 {
            starts.append(position)
        }
        starts.append(token.count)
        guard starts.count > 3 else { return starts.count == 3 ? starts[1] : nil }
        places.removeAll(keepingCapacity: true)
        for symbol in 0..<starts.count - 2 { places.append(place(token, symbol)) }
        // `places[i]` is that of the pair which begins at `starts[i]`.
        while places.count > 1 {
            var best = 0
            for symbol in 1..<places.count where places[symbol] < places[best] { best = symbol }
            guard places[best] != Self.never else { return nil }
            starts.remove(at: best + 1)
            places.remove(at: best)
            if best < places.count { places[best] = place(token, best) }
            if best > 0 { places[best - 1] = place(token, best - 1) }
        }
        return starts[1]
    }

    private func place(_ token: UnsafeRawBufferPointer, _ symbol: Int) -> UInt32 {
        let text = UnsafeRawBufferPointer(rebasing: token[starts[symbol]..<starts[symbol + 2]])
        return index.find(text).map { order[$0] } ?? Self.never
    }
}
