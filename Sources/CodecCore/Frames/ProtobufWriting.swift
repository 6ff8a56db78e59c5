extension FixedWidthInteger where Self: UnsignedInteger {
    /// How many bytes the number takes as a varint.
    @inline(__always)
    var varintSize: Int { (Self.bitWidth &+ 6 &- (self | 1).leadingZeroBitCount) / 7 }
}

extension ByteScratch {
    /// A varint; up to 5 bytes for numbers below 2^35.
    @inline(__always)
    mutating func varint(_ value: some FixedWidthInteger & UnsignedInteger) {
        var rest = value
        while rest >= 0x80 {
            write(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        write(UInt8(truncatingIfNeeded: rest))
    }

    /// A tag of one byte (field numbers up to 15) and a length; up to 6 bytes.
    @inline(__always)
    mutating func protobufHead(_ tag: ProtobufTag, length: Int) {
        write(UInt8(truncatingIfNeeded: tag.rawValue))
        varint(UInt32(truncatingIfNeeded: length))
    }
}

/// How many bytes a length-delimited field takes with its tag of one byte.
@inline(__always)
func protobufSize(length: Int) -> Int {
    1 &+ UInt32(truncatingIfNeeded: length).varintSize &+ length
}

extension [TokenID] {
    /// How many bytes the ids take as varints.
    @inline(__always)
    var packedSize: Int {
        var size = 0
        for id in self { size &+= id.varintSize }
        return size
    }
}

extension [UInt8] {
    mutating func appendProtobuf(_ tag: ProtobufTag, _ string: String) {
        append(room: 6) { $0.protobufHead(tag, length: string.utf8.count) }
        append(contentsOf: string.utf8)
    }

    /// Appends a field of packed ids, nothing when there are none.
    mutating func appendProtobuf(_ tag: ProtobufTag, packed ids: [TokenID], size: Int) {
        guard !ids.isEmpty else { return }
        append(room: 6) { $0.protobufHead(tag, length: size) }
        appendBlocks(of: ids, room: 5) { block, scratch in
            for id in block { scratch.varint(id) }
        }
    }
}
