/// Normalizes scalars to NFC (UAX #15): decomposes, puts marks in order, composes. Linear in the input.
///
/// Scratch memory lives from call to call.
struct CanonicalComposer {
    private let tables = Canonical.tables
    /// Scalars, with their combining class in the top byte.
    private var scalars: [UInt32] = []
    private var sorted: [UInt32] = []

    /// Longer runs of marks than this are sorted by counting.
    private static let insertionLimit = 16

    /// Appends the NFC of well-formed UTF-8 to `output`.
    mutating func compose(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, into output: inout [UInt8]
    ) {
        scalars.removeAll(keepingCapacity: true)
        var position = start
        while position < end {
            let (scalar, length) = readScalar(text, position, end)
            appendDecomposed(scalar)
            position += length
        }
        orderMarks()
        composePairs()
        for scalar in scalars { Self.append(scalar & 0xFF_FFFF, to: &output) }
    }

    private mutating func appendDecomposed(_ scalar: UInt32) {
        if let (first, second) = tables.decomposition(of: scalar) {
            appendDecomposed(first)
            if let second { appendDecomposed(second) }
        } else {
            scalars.append(tables.properties(of: scalar).combiningClass << 24 | scalar)
        }
    }

    /// Sorts each run of marks by class; marks of one class keep their order.
    private mutating func orderMarks() {
        var start = 0
        while start < scalars.count {
            guard scalars[start] >> 24 > 0 else {
                start += 1
                continue
            }
            var end = start + 1
            while end < scalars.count, scalars[end] >> 24 > 0 { end += 1 }
            if end - start > Self.insertionLimit {
                sortByCounting(start, end)
            } else {
                sortByInsertion(start, end)
            }
            start = end
        }
    }

    private mutating func sortByInsertion(_ start: Int, _ end: Int) {
        for index in start + 1..<end {
            let mark = scalars[index]
            var hole = index
            while hole > start, scalars[hole - 1] >> 24 > mark >> 24 {
                scalars[hole] = scalars[hole - 1]
                hole -= 1
            }
            scalars[hole] = mark
        }
    }

    private mutating func sortByCounting(_ start: Int, _ end: Int) {
        var places = [Int](repeating: 0, count: 257)
        for mark in scalars[start..<end] { places[Int(mark >> 24) + 1] += 1 }
        for combiningClass in 1...256 { places[combiningClass] += places[combiningClass - 1] }
        sorted.removeAll(keepingCapacity: true)
        sorted += scalars[start..<end]
        for mark in sorted {
            scalars[start + places[Int(mark >> 24)]] = mark
            places[Int(mark >> 24)] += 1
        }
    }

    /// Takes each scalar into the starter before it where the two compose and nothing between them blocks it.
    private mutating func composePairs() {
        var count = 0
        var starter: Int?
        for index in 0..<scalars.count {
            let scalar = scalars[index]
            if let starter, starter == count - 1 || scalars[count - 1] >> 24 < scalar >> 24,
                let composed = tables.composition(of: scalars[starter], scalar & 0xFF_FFFF)
            {
                scalars[starter] = composed
                continue
            }
            if scalar >> 24 == 0 { starter = count }
            scalars[count] = scalar
            count += 1
        }
        scalars.removeLast(scalars.count - count)
    }

    private static func append(_ scalar: UInt32, to output: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: scalar >> shift & 0x3F | 0x80) }
        switch scalar {
        case ..<0x80:
            output.append(UInt8(scalar))
        case ..<0x800:
            output.append(UInt8(truncatingIfNeeded: scalar >> 6 | 0xC0))
            output.append(tail(0))
        case ..<0x10000:
            output.append(UInt8(truncatingIfNeeded: scalar >> 12 | 0xE0))
            output.append(tail(6))
            output.append(tail(0))
        default:
            output.append(UInt8(truncatingIfNeeded: scalar >> 18 | 0xF0))
            output.append(tail(12))
            output.append(tail(6))
            output.append(tail(0))
        }
    }
}
