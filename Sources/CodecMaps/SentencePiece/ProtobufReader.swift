/// Reads the fields of a protobuf message that lies in memory, one after another.
struct ProtobufReader {
    enum Value {
        case varint(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        /// A string, bytes or a message: where it lies in the file.
        case bytes(Range<Int>)
    }

    private let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int
    private let end: Int

    /// - Parameter range: where the message lies in `bytes`.
    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The next field's number and value; nil at the message's end.
    /// - Throws: `malformed` with the offset.
    mutating func next() throws(MapError) -> (field: UInt64, value: Value)? {
        guard offset < end else { return nil }
        let start = offset
        let tag = try varint()
        guard tag >> 3 > 0 else { throw Self.malformed(start, "is no protobuf field") }
        switch tag & 7 {
        case 0: return (tag >> 3, .varint(try varint()))
        case 1: return (tag >> 3, .fixed64(UInt64(littleEndian: try take(8).loadUnaligned(as: UInt64.self))))
        case 2:
            let count = try varint()
            guard count <= UInt64(end - offset) else {
                throw Self.malformed(start, "the file ends too early")
            }
            let range = offset..<offset + Int(count)
            offset = range.upperBound
            return (tag >> 3, .bytes(range))
        case 5: return (tag >> 3, .fixed32(UInt32(littleEndian: try take(4).loadUnaligned(as: UInt32.self))))
        default: throw Self.malformed(start, "is no protobuf field")
        }
    }

    private mutating func take(_ count: Int) throws(MapError) -> UnsafeRawBufferPointer {
        guard count <= end - offset else { throw Self.malformed(offset, "the file ends too early") }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    private mutating func varint() throws(MapError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        for shift in stride(from: 0 as UInt64, through: 63, by: 7) {
            guard offset < end else { throw Self.malformed(start, "the file ends too early") }
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Self.malformed(start, "a number has more than ten bytes")
    }

    private static func malformed(_ offset: Int, _ reason: String) -> MapError {
        MapError(.malformed, offset: offset, reason)
    }
}
