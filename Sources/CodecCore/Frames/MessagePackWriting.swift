// MessagePack in its smallest forms.

extension ByteScratch {
    /// An unsigned integer; up to 5 bytes.
    @inline(__always)
    mutating func messagePack(_ value: UInt32) {
        switch value {
        case 0...0x7F: write(UInt8(truncatingIfNeeded: value))
        case 0x80...0xFF: write(0xCC00 | UInt16(truncatingIfNeeded: value))
        case 0x100...0xFFFF:
            write(0xCD as UInt8)
            write(UInt16(truncatingIfNeeded: value))
        default:
            write(0xCE as UInt8)
            write(value)
        }
    }

    /// An unsigned integer; up to 9 bytes.
    @inline(__always)
    mutating func messagePack(_ value: UInt64) {
        if let narrow = UInt32(exactly: value) { return messagePack(narrow) }
        write(0xCF as UInt8)
        write(value)
    }

    /// The head of an array; up to 5 bytes.
    @inline(__always)
    mutating func messagePackArray(_ count: Int) {
        switch count {
        case 0...15: write(0x90 | UInt8(truncatingIfNeeded: count))
        case 16...0xFFFF:
            write(0xDC as UInt8)
            write(UInt16(truncatingIfNeeded: count))
        default:
            write(0xDD as UInt8)
            write(UInt32(truncatingIfNeeded: count))
        }
    }

    /// The head of a string; up to 5 bytes.
    mutating func messagePackString(_ count: Int) {
        switch count {
        case 0...31: write(0xA0 | UInt8(truncatingIfNeeded: count))
        case 32...0xFF: write(0xD900 | UInt16(truncatingIfNeeded: count))
        case 0x100...0xFFFF:
            write(0xDA as UInt8)
            write(UInt16(truncatingIfNeeded: count))
        default:
            write(0xDB as UInt8)
            write(UInt32(truncatingIfNeeded: count))
        }
    }
}

extension [UInt8] {
    mutating func appendMessagePack(_ string: String) {
        append(room: 5) { $0.messagePackString(string.utf8.count) }
        append(contentsOf: string.utf8)
    }

    /// Appends the head of an array and its ids.
    mutating func appendMessagePack(_ ids: [TokenID]) {
        append(room: 5) { $0.messagePackArray(ids.count) }
        appendBlocks(of: ids, room: 5) { block, scratch in
            for id in block { scratch.messagePack(id) }
        }
    }

    mutating func appendMessagePack(double value: Double) {
        append(room: 9) {
            $0.write(0xCB as UInt8)
            $0.write(value.bitPattern)
        }
    }
}
