/// Finds the first of a few ids in a run, thirty-two ids at a time: passing a stream through costs little more than
/// reading it.
struct MarkerSearch: Sendable {
    private let markers: [TokenID]

    init(_ markers: [TokenID]) {
        self.markers = markers
    }

    /// The index of the first marker in `start..<end`; `end` if there is none.
    @inline(__always)
    func first(in ids: UnsafePointer<TokenID>, _ start: Int, _ end: Int) -> Int {
        markers.withUnsafeBufferPointer { markers in
            var position = start
            while end &- position >= 32, !Self.occur(markers, in: ids + position) { position &+= 32 }
            while position < end {
                for marker in markers where ids[position] == marker { return position }
                position &+= 1
            }
            return end
        }
    }

    /// Whether one of the markers is among thirty-two ids.
    @inline(__always)
    private static func occur(
        _ markers: UnsafeBufferPointer<TokenID>, in ids: UnsafePointer<TokenID>
    ) -> Bool {
        let block = UnsafeRawPointer(ids)
        let first = block.loadUnaligned(as: SIMD8<TokenID>.self)
        let second = block.loadUnaligned(fromByteOffset: 32, as: SIMD8<TokenID>.self)
        let third = block.loadUnaligned(fromByteOffset: 64, as: SIMD8<TokenID>.self)
        let fourth = block.loadUnaligned(fromByteOffset: 96, as: SIMD8<TokenID>.self)
        for marker in markers {
            let wanted = SIMD8<TokenID>(repeating: marker)
            if any((first .== wanted .| second .== wanted) .| (third .== wanted .| fourth .== wanted)) {
                return true
            }
        }
        return false
    }
}
