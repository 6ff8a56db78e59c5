/// Finds the next of a few byte values, sixteen bytes at a time.
struct ByteScanner: Sendable {
    private let isWanted: [Bool]
    /// The values, one perhaps repeated, where there are at most three.
    private let few: SIMD4<UInt8>?

    init(_ values: [UInt8]) {
        var isWanted = [Bool](repeating: false, count: 256)
        for value in values { isWanted[Int(value)] = true }
        self.isWanted = isWanted
        var few = SIMD4<UInt8>(repeating: values.first ?? 0)
        for (index, value) in values.prefix(3).enumerated() { few[index] = value }
        self.few = 1...3 ~= values.count ? few : nil
    }

    /// The first position in `start..<end` with one of the values; `end` if there is none.
    @inline(__always)
    func next(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var position = start
        if let few {
            let raw = UnsafeRawPointer(text)
            let a = SIMD16<UInt8>(repeating: few.x)
            let b = SIMD16<UInt8>(repeating: few.y)
            let c = SIMD16<UInt8>(repeating: few.z)
            while position + 16 <= end {
                let bytes = raw.loadUnaligned(fromByteOffset: position, as: SIMD16<UInt8>.self)
                let found = unsafeBitCast(
                    (bytes .== a) .| (bytes .== b) .| (bytes .== c), to: SIMD2<UInt64>.self)
                if found.x | found.y != 0 {
                    let offset =
                        found.x != 0 ? found.x.trailingZeroBitCount : 64 + found.y.trailingZeroBitCount
                    return position + offset >> 3
                }
                position += 16
            }
        }
        isWanted.withUnsafeBufferPointer { isWanted in
            while position < end, !isWanted[Int(text[position])] { position += 1 }
        }
        return position
    }
}
