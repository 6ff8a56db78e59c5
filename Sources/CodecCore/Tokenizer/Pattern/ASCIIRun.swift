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

    /// Where the run at `position` ends, or some place before its end within eight bytes of `end`.
    @inline(__always)
    func end(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position &+ 8 <= end {
            let word = UnsafeRawPointer(text + position).loadUnaligned(as: UInt64.self).littleEndian
            let low = word & ~Self.tops
            let inFirst = (low &+ atFirst) & ~(low &+ pastFirst)
            let inSecond = (low &+ atSecond) & ~(low &+ pastSecond)
            let outside = (~(inFirst | inSecond) | word) & Self.tops
            if outside != 0 { return position &+ outside.trailingZeroBitCount >> 3 }
            position &+= 8
        }
        return position
    }
}
