/// The head of one MessagePack value: the value itself when it is a scalar, otherwise how much follows.
enum MessagePackToken {
    case null
    case bool(Bool)
    case unsigned(UInt64)
    /// A negative integer.
    case negative(Int64)
    case float(Double)
    /// So many bytes of UTF-8 follow.
    case string(UInt32)
    /// So many bytes follow, an extension's type included.
    case opaque(UInt64)
    /// So many values follow.
    case array(UInt32)
    /// So many pairs of values follow.
    case map(UInt32)
}

extension ByteCursor {
    /// Reads the head of a value.
    @inline(__always)
    mutating func messagePackToken() throws(FrameError) -> MessagePackToken {
        let head = try byte()
        switch head {
        case 0x00...0x7F: return .unsigned(UInt64(head))
        case 0x80...0x8F: return .map(UInt32(head & 0x0F))
        case 0x90...0x9F: return .array(UInt32(head & 0x0F))
        case 0xA0...0xBF: return .string(UInt32(head & 0x1F))
        case 0xE0...0xFF: return .negative(Int64(Int8(bitPattern: head)))
        default: return try longMessagePackToken(head)
        }
    }

    private mutating func longMessagePackToken(_ head: UInt8) throws(FrameError) -> MessagePackToken {
        switch head {
        case 0xC0: return .null
        case 0xC2: return .bool(false)
        case 0xC3: return .bool(true)
        case 0xC4: return .opaque(UInt64(try byte()))
        case 0xC5: return .opaque(UInt64(try integer(UInt16.self)))
        case 0xC6: return .opaque(UInt64(try integer(UInt32.self)))
        case 0xC7: return .opaque(UInt64(try byte()) + 1)
        case 0xC8: return .opaque(UInt64(try integer(UInt16.self)) + 1)
        case 0xC9: return .opaque(UInt64(try integer(UInt32.self)) + 1)
        case 0xCA: return .float(Double(Float(bitPattern: try integer(UInt32.self))))
        case 0xCB: return .float(Double(bitPattern: try integer(UInt64.self)))
        case 0xCC: return .unsigned(UInt64(try byte()))
        case 0xCD: return .unsigned(UInt64(try integer(UInt16.self)))
        case 0xCE: return .unsigned(UInt64(try integer(UInt32.self)))
        case 0xCF: return .unsigned(try integer(UInt64.self))
        case 0xD0: return .signed(Int64(Int8(bitPattern: try byte())))
        case 0xD1: return .signed(Int64(try integer(Int16.self)))
        case 0xD2: return .signed(Int64(try integer(Int32.self)))
        case 0xD3: return .signed(try integer(Int64.self))
        case 0xD4...0xD8: return .opaque(1 << UInt64(head - 0xD4) + 1)
        case 0xD9: return .string(UInt32(try byte()))
        case 0xDA: return .string(UInt32(try integer(UInt16.self)))
        case 0xDB: return .string(try integer(UInt32.self))
        case 0xDC: return .array(UInt32(try integer(UInt16.self)))
        case 0xDD: return .array(try integer(UInt32.self))
        case 0xDE: return .map(UInt32(try integer(UInt16.self)))
        case 0xDF: return .map(try integer(UInt32.self))
        default: throw failure(.reservedByte)
        }
    }

    /// Reads an integer between 0 and 2^32-1, of whatever width.
    @inline(__always)
    mutating func messagePackUInt32() throws(FrameError) -> UInt32 {
        guard let narrow = UInt32(exactly: try messagePackUInt64()) else { throw failure(.numberOutOfRange) }
        return narrow
    }

    /// Reads an integer that is not negative, of whatever width.
    @inline(__always)
    mutating func messagePackUInt64() throws(FrameError) -> UInt64 {
        switch try messagePackToken() {
        case .unsigned(let value): return value
        case .negative: throw failure(.numberOutOfRange)
        default: throw failure(.wrongType)
        }
    }

    /// Reads nil if it stands here.
    mutating func messagePackNil() throws(FrameError) -> Bool {
        guard peek(UInt8.self) == 0xC0 else { return false }
        try skip(1)
        return true
    }

    /// Reads a string, or nil.
    mutating func messagePackOptionalString(_ limits: FrameLimits) throws(FrameError) -> String? {
        switch try messagePackToken() {
        case .null: return nil
        case .string(let length):
            guard UInt64(length) <= UInt64(limits.stringBytes) else { throw failure(.stringTooLong) }
            return try string(Int(length))
        default: throw failure(.wrongType)
        }
    }

    mutating func messagePackString(_ limits: FrameLimits) throws(FrameError) -> String {
        guard let string = try messagePackOptionalString(limits) else { throw failure(.wrongType) }
        return string
    }
}

extension MessagePackToken {
    fileprivate static func signed(_ value: Int64) -> MessagePackToken {
        value < 0 ? .negative(value) : .unsigned(UInt64(value))
    }
}

/// Goes over values that nobody asked for: any depth in constant space, since counting the values still to come is
/// all that their nesting amounts to.
struct MessagePackSkipper {
    private var values: UInt64 = 0
    private var bytes: UInt64 = 0

    mutating func add(values count: UInt64) { values &+= count }
    mutating func add(bytes count: UInt64) { bytes &+= count }

    /// What is known to follow at least.
    var claimed: UInt64 { values &+ bytes }

    /// Goes on; throws `truncated` where the rest has not come yet, and may be called again when it has.
    /// - Parameter limit: the offset that nothing may claim to go beyond.
    mutating func advance(_ cursor: inout ByteCursor, limit: UInt64) throws(FrameError) {
        while true {
            let skipped = cursor.skip(atMost: Int(truncatingIfNeeded: min(bytes, UInt64(cursor.available))))
            bytes &-= UInt64(skipped)
            cursor.setMark()
            if bytes > 0 { try cursor.require(cursor.available &+ 1) }
            if values == 0 { return }
            let token = try cursor.messagePackToken()
            values &-= 1
            switch token {
            case .string(let count): bytes = UInt64(count)
            case .opaque(let count): bytes = count
            case .array(let count): values &+= UInt64(count)
            case .map(let count): values &+= 2 &* UInt64(count)
            case .null, .bool, .unsigned, .negative, .float: break
            }
            // Every value takes a byte at least, so `claimed` stays below the limit and cannot overflow.
            if cursor.offset &+ claimed > limit { throw cursor.failure(.frameTooLarge) }
        }
    }
}
