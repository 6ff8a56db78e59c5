/// The scalar value that starts at `position`, and how many bytes it takes.
///
/// A byte that starts no well-formed UTF-8 sequence before `end` is one scalar of its own, U+FFFD.
/// `position` must be below `end`.
@inline(__always)
func readScalar(_ text: UnsafePointer<UInt8>, _ position: Int, _ end: Int) -> (scalar: UInt32, length: Int) {
    let first = text[position]
    if first < 0x80 { return (UInt32(first), 1) }
    return readMultibyteScalar(text, position, end)
}

func readMultibyteScalar(
    _ text: UnsafePointer<UInt8>, _ position: Int, _ end: Int
) -> (scalar: UInt32, length: Int) {
    let malformed: (scalar: UInt32, length: Int) = (0xFFFD, 1)
    let first = text[position]
    let available = end - position
    @inline(__always) func tail(_ offset: Int) -> UInt32? {
        let byte = text[position + offset]
        return byte & 0xC0 == 0x80 ? UInt32(byte & 0x3F) : nil
    }
    switch first {
    case 0xC2...0xDF:
        guard available >= 2, let a = tail(1) else { return malformed }
        return (UInt32(first & 0x1F) << 6 | a, 2)
    case 0xE0...0xEF:
        guard available >= 3, let a = tail(1), let b = tail(2) else { return malformed }
        let scalar = UInt32(first & 0x0F) << 12 | a << 6 | b
        return scalar < 0x800 || 0xD800...0xDFFF ~= scalar ? malformed : (scalar, 3)
    case 0xF0...0xF4:
        guard available >= 4, let a = tail(1), let b = tail(2), let c = tail(3) else { return malformed }
        let scalar = UInt32(first & 0x07) << 18 | a << 12 | b << 6 | c
        return scalar < 0x10000 || scalar > 0x10FFFF ? malformed : (scalar, 4)
    default:
        return malformed
    }
}
