/// ASCII characters of one or two ranges, whose runs are passed eight bytes at a time.
struct ASCIIRun {
    // A byte below 128 plus one of these has its top bit set when it is at or above a range's lower bound, or
    // above its upper bound.
    private let atFirst: UInt64
    private let pastFirst: UInt64
    private let atSecond: UInt64
    private let pastSecond: UInt64

    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// `[A-Za-z]`
    @inline(__always)
    static var letters: ASCIIRun { ASCIIRun(0x61...0x7A, 0x41...0x5A) }
    /// `[a-z]`
    @inline(__always)
    static var smallLetters: ASCIIRun { ASCIIRun(0x61...0x7A, 0x61...0x7A) }
    @inline(__always)
    static var spaces: ASCIIRun { ASCIIRun(0x20...0x20, 0x20...0x20) }

    @inline(__always)
    init(_ first: ClosedRange<UInt8>, _ second: ClosedRange<UInt8>) {
        func inEachByte(_ value: UInt8) -> UInt64 { UInt64(value) &* 0x0101_0101_0101_0101 }
        atFirst = inEachByte(0x80 &- first.lowerBound)
        pastFirst = inEachByte(0x7F &- first.upperBound)
        atSecond = inEachByte(0x80 &- second.lowerBound)
        pastSecond = inEachByte(0x7F &- second.upperBound)
    }

    /// Where the run at `start` ends, at `end` at the latest; in texts of less than eight bytes maybe before that.
    ///
    /// - Parameter text: what is before `start`, from the text's beginning on, is read too.
    @inline(__always)
    func end(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position &+ 8 <= end {
            let outside = outside(Self.word(text, position))
            if outside != 0 { return position &+ outside.trailingZeroBitCount >> 3 }
            position &+= 8
        }
        let rest = end &- position
        guard rest > 0, end >= 8 else { return position }
        let word = Self.word(text, end &- 8) &>> UInt64(truncatingIfNeeded: 64 &- 8 &* rest)
        let outside = outside(word) | Self.tops &<< UInt64(truncatingIfNeeded: 8 &* rest)
        return position &+ outside.trailingZeroBitCount >> 3
    }

    @inline(__always)
    private static func word(_ text: UnsafePointer<UInt8>, _ position: Int) -> UInt64 {
        UnsafeRawPointer(text + position).loadUnaligned(as: UInt64.self).littleEndian
    }

    /// The top bits of the bytes that are in neither range.
    @inline(__always)
    private func outside(_ word: UInt64) -> UInt64 {
        let low = word & ~Self.tops
        let inFirst = (low &+ atFirst) & ~(low &+ pastFirst)
        let inSecond = (low &+ atSecond) & ~(low &+ pastSecond)
        return (~(inFirst | inSecond) | word) & Self.tops
    }
}
