/// Makes well-formed UTF-8 of any bytes, as a stream: what is malformed becomes one U+FFFD for each maximal
/// subpart (Unicode 16.0 §3.9, WHATWG Encoding), and an incomplete sequence waits for its rest.
struct UTF8Repair: Sendable {
    /// The bytes of the sequence begun, packed from the low end; at most three.
    private var pending: UInt32 = 0
    private var pendingCount = 0
    /// How many bytes the sequence still needs, and between which bounds its next byte must lie.
    private var needed = 0
    private var lower: UInt8 = 0x80
    private var upper: UInt8 = 0xBF

    var isEmpty: Bool { needed == 0 }

    mutating func append(_ bytes: some Sequence<UInt8>, into output: inout [UInt8]) {
        for byte in bytes {
            if needed > 0 {
                if byte >= lower, byte <= upper {
                    pending |= UInt32(byte) << UInt32(8 * pendingCount)
                    pendingCount += 1
                    needed -= 1
                    lower = 0x80
                    upper = 0xBF
                    if needed == 0 { flush(into: &output) }
                    continue
                }
                replace(into: &output)
            }
            start(byte, into: &output)
        }
    }

    /// Ends the stream: an incomplete sequence becomes U+FFFD.
    mutating func finish(into output: inout [UInt8]) {
        if needed > 0 { replace(into: &output) }
    }

    private mutating func start(_ byte: UInt8, into output: inout [UInt8]) {
        switch byte {
        case 0x00...0x7F:
            output.append(byte)
            return
        case 0xC2...0xDF: needed = 1
        case 0xE0...0xEF:
            needed = 2
            if byte == 0xE0 { lower = 0xA0 }
            if byte == 0xED { upper = 0x9F }
        case 0xF0...0xF4:
            needed = 3
            if byte == 0xF0 { lower = 0x90 }
            if byte == 0xF4 { upper = 0x8F }
        default:
            replace(into: &output)
            return
        }
        pending = UInt32(byte)
        pendingCount = 1
    }

    private mutating func flush(into output: inout [UInt8]) {
        for index in 0..<pendingCount {
            output.append(UInt8(truncatingIfNeeded: pending >> UInt32(8 * index)))
        }
        pendingCount = 0
    }

    private mutating func replace(into output: inout [UInt8]) {
        output += [0xEF, 0xBF, 0xBD]
        self = UTF8Repair()
    }
}
