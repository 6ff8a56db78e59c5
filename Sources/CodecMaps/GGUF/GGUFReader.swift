internal import CodecCore

/// Why reading stopped.
enum GGUFStop: Error {
    /// The bytes at hand end before the file does.
    case needsMore
    case invalid(MapError)
}

/// Reads the parts of GGUF metadata from a prefix of a file. Every length is compared with what the file
/// still has before anything is read or kept.
struct GGUFReader {
    /// Arrays of arrays may be nested so deep.
    private static let maximumDepth = 8

    private let bytes: UnsafeRawBufferPointer
    private let fileSize: Int
    private(set) var offset = 0
    /// The key whose value is being read.
    var key: String?

    /// - Parameter fileSize: the size of the whole file, at least that of `bytes`.
    init(_ bytes: UnsafeRawBufferPointer, fileSize: Int) {
        self.bytes = bytes
        self.fileSize = fileSize
    }

    func malformed(_ reason: String) -> GGUFStop {
        .invalid(MapError(.malformed, field: key, offset: offset, reason))
    }

    func unsupported(_ reason: String) -> GGUFStop {
        .invalid(MapError(.unsupported, field: key, offset: offset, reason))
    }

    /// Takes `count` bytes.
    private mutating func take(_ count: Int) throws(GGUFStop) -> UnsafeRawBufferPointer {
        guard count <= fileSize - offset else { throw malformed("the file ends too early") }
        guard count <= bytes.count - offset else { throw .needsMore }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    mutating func matches(_ text: StaticString) throws(GGUFStop) -> Bool {
        try take(text.utf8CodeUnitCount)
            .elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func integer<Value: FixedWidthInteger>() throws(GGUFStop) -> Value {
        Value(littleEndian: try take(MemoryLayout<Value>.size).loadUnaligned(as: Value.self))
    }

    /// A 64-bit count of things of at least `minimumSize` bytes each, all of which the file must hold.
    mutating func count(minimumSize: Int) throws(GGUFStop) -> Int {
        let count: UInt64 = try integer()
        guard count <= UInt64((fileSize - offset) / minimumSize) else {
            offset -= 8
            throw malformed("\(count) is more than the file holds")
        }
        return Int(count)
    }

    private mutating func utf8() throws(GGUFStop) -> UnsafeRawBufferPointer {
        let text = try take(try count(minimumSize: 1))
        guard text.allSatisfy({ $0 < 0x80 }) || String(validating: text, as: UTF8.self) != nil else {
            offset -= text.count
            throw malformed("a string is not UTF-8")
        }
        return text
    }

    mutating func string() throws(GGUFStop) -> String {
        String(decoding: try utf8(), as: UTF8.self)
    }

    /// A type and a value of it.
    mutating func value() throws(GGUFStop) -> GGUFValue {
        try value(of: try type())
    }

    private mutating func type() throws(GGUFStop) -> GGUFType {
        let code: UInt32 = try integer()
        guard let type = GGUFType(rawValue: code) else {
            offset -= 4
            throw malformed("\(code) is no type of a value")
        }
        return type
    }

    private mutating func value(of type: GGUFType) throws(GGUFStop) -> GGUFValue {
        switch type {
        case .uint64:
            let value: UInt64 = try integer()
            return Int64(exactly: value).map { .integer($0) } ?? .unsigned(value)
        case .uint8, .int8, .uint16, .int16, .uint32, .int32, .int64:
            return .integer(try signed(type))
        case .float32: return .float(Double(Float(bitPattern: try integer())))
        case .float64: return .float(Double(bitPattern: try integer()))
        case .bool:
            let byte: UInt8 = try integer()
            return .bool(byte != 0)
        case .string: return .string(try string())
        case .array: return try array(depth: 1)
        }
    }

    /// A value of an integer type that fits `Int64`.
    private mutating func signed(_ type: GGUFType) throws(GGUFStop) -> Int64 {
        switch type {
        case .uint8: Int64(try integer() as UInt8)
        case .int8: Int64(try integer() as Int8)
        case .uint16: Int64(try integer() as UInt16)
        case .int16: Int64(try integer() as Int16)
        case .uint32: Int64(try integer() as UInt32)
        case .int32: Int64(try integer() as Int32)
        default: try integer()
        }
    }

    private mutating func array(depth: Int) throws(GGUFStop) -> GGUFValue {
        guard depth <= Self.maximumDepth else { throw malformed("arrays are nested too deeply") }
        let type = try type()
        let count = try count(minimumSize: type.minimumSize)
        switch type {
        case .string:
            var strings = StringTable()
            for _ in 0..<count { strings.append(try utf8().assumingMemoryBound(to: UInt8.self)) }
            return .strings(strings)
        case .array:
            for _ in 0..<count { _ = try array(depth: depth + 1) }
            return .otherArray(count: count)
        case .float32:
            var floats: [Float] = []
            for _ in 0..<count { floats.append(Float(bitPattern: try integer())) }
            return .floats(floats)
        case .float64, .bool, .uint64, .uint8, .int8, .uint16, .int16:
            _ = try take(count * type.minimumSize)
            return .otherArray(count: count)
        case .uint32, .int32, .int64:
            var integers: [Int64] = []
            for _ in 0..<count { integers.append(try signed(type)) }
            return .integers(integers)
        }
    }
}

/// The types of values, by their number in the file.
enum GGUFType: UInt32 {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// The size in bytes; of strings and arrays, that of an empty one.
    var minimumSize: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64, .string: 8
        case .array: 12
        }
    }
}
