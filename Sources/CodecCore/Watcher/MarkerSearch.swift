/// Finds the first of a few ids in a run, thirty-two ids at a time: passing a stream through costs little more than
/// reading it.
struct MarkerSearch: Sendable {
    private let markers: [TokenID]
    /// The smallest marker, and how far the largest is from it: special tokens mostly lie together.
    private let lowest: TokenID
    private let width: TokenID

    init(_ markers: [TokenID]) {
        self.markers = markers
        lowest = markers.min() ?? 0
        width = (markers.max() ?? 0) - lowest
    }

    /// The index of the first marker in `start..<end`; `end` if there is none.
    @inline(__always)
    func first(in ids: UnsafePointer<TokenID>, _ start: Int, _ end: Int) -> Int {
        markers.withUnsafeBufferPointer { markers in
            var position = start
            // From three markers on, one look at their range is less work than a look for each.
            if markers.count < 3 {
                while end &- position >= 32, !Block(ids + position).contains(markers) { position &+= 32 }
            } else {
                while end &- position >= 32 {
                    let block = Block(ids + position)
                    if block.touches(lowest, width), block.contains(markers) { break }
                    position &+= 32
                }
            }
            while position < end {
                for marker in markers where ids[position] == marker { return position }
                position &+= 1
            }
            return end
        }
    }

    /// Thirty-two ids.
    private struct Block {
        private let first: SIMD8<TokenID>
        private let second: SIMD8<TokenID>
        private let third: SIMD8<TokenID>
        private let fourth: SIMD8<TokenID>

        @inline(__always)
        init(_ ids: UnsafePointer<TokenID>) {
            let block = UnsafeRawPointer(ids)
            first = block.loadUnaligned(as: SIMD8<TokenID>.self)
            second = block.loadUnaligned(fromByteOffset: 32, as: SIMD8<TokenID>.self)
            third = block.loadUnaligned(fromByteOffset: 64, as: SIMD8<TokenID>.self)
            fourth = block.loadUnaligned(fromByteOffset: 96, as: SIMD8<TokenID>.self)
        }

        /// Whether one of the markers is there.
        @inline(__always)
        func contains(_ markers: UnsafeBufferPointer<TokenID>) -> Bool {
            for marker in markers {
                let wanted = SIMD8<TokenID>(repeating: marker)
                if any((first .== wanted .| second .== wanted) .| (third .== wanted .| fourth .== wanted)) {
                    return true
                }
            }
            return false
        }

        /// Whether one of the ids lies in `lowest...lowest + width`.
        @inline(__always)
        func touches(_ lowest: TokenID, _ width: TokenID) -> Bool {
            let lowest = SIMD8<TokenID>(repeating: lowest)
            let width = SIMD8<TokenID>(repeating: width)
            return any(
                ((first &- lowest) .<= width .| (second &- lowest) .<= width)
                    .| ((third &- lowest) .<= width .| (fourth &- lowest) .<= width))
        }
    }
}
