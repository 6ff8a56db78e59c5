/// Runs of Unicode's White_Space.
enum WhiteSpace {
    /// The end of the white space that starts at `start`.
    static func end(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position < end {
            let (scalar, length) = readScalar(text, position, end)
            guard isWhiteSpace(scalar) else { break }
            position += length
        }
        return position
    }

    /// The start of the white space that ends at `end`.
    static func start(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var position = end
        while position > start {
            // White_Space has no character of four bytes.
            var length = 1
            while length < 3, length < position - start, text[position - length] & 0xC0 == 0x80 {
                length += 1
            }
            let (scalar, found) = readScalar(text, position - length, position)
            guard found == length, isWhiteSpace(scalar) else { break }
            position -= length
        }
        return position
    }

    private static func isWhiteSpace(_ scalar: UInt32) -> Bool {
        1 << UInt32(GeneralCategory.of(scalar)) & GeneralCategory.whiteSpace != 0
    }
}
