/// Why bytes are not a stream of frames, or not a request: what is wrong, and where.
public struct FrameError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An open set; `rawValue` is bounded and fit for a metric's label.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        public static func == (a: Code, b: Code) -> Bool { a.rawValue.hasSameBytes(as: b.rawValue) }

        public func hash(into hasher: inout Hasher) { rawValue.hashBytes(into: &hasher) }
    }

    public var code: Code
    /// Bytes of the stream before the one at which the error shows.
    public var offset: UInt64

    public init(_ code: Code, offset: UInt64) {
        self.code = code
        self.offset = offset
    }

    /// What is wrong and where; never any content of the stream.
    public var description: String {
        code.explanation + " (byte " + String(offset) + ")"
    }
}

extension FrameError.Code {
    /// The bytes end before the terminal frame does, or before the request does.
    public static let truncated = Self(rawValue: "truncated")
    /// Bytes follow where the stream or the request has ended.
    public static let trailingBytes = Self(rawValue: "trailing_bytes")

    /// A frame is longer than `FrameLimits.frameBytes`, or claims to be.
    public static let frameTooLarge = Self(rawValue: "frame_too_large")
    /// More ids than `FrameLimits.ids`.
    public static let tooManyIDs = Self(rawValue: "too_many_ids")
    /// A string is longer than `FrameLimits.stringBytes`.
    public static let stringTooLong = Self(rawValue: "string_too_long")
    /// More tool calls, or stop strings, than `FrameLimits.listEntries`.
    public static let tooManyEntries = Self(rawValue: "too_many_entries")
    /// Protobuf groups nested deeper than `FrameLimits.groupDepth`.
    public static let nestedTooDeep = Self(rawValue: "nested_too_deep")

    /// The value is not a map, or a key of it is not a string (msgpack).
    public static let notAMap = Self(rawValue: "not_a_map")
    /// A key that must be there is missing (msgpack).
    public static let missingKey = Self(rawValue: "missing_key")
    /// A field's value is of another type than the protocol's (msgpack).
    public static let wrongType = Self(rawValue: "wrong_type")
    /// The byte `c1`, which MessagePack never uses.
    public static let reservedByte = Self(rawValue: "reserved_byte")

    /// A number is negative or above 2^32-1.
    public static let numberOutOfRange = Self(rawValue: "number_out_of_range")
    /// A string is not UTF-8.
    public static let invalidUTF8 = Self(rawValue: "invalid_utf8")

    /// A varint has more than ten bytes or 64 bits.
    public static let invalidVarint = Self(rawValue: "invalid_varint")
    /// A field number or wire type that protobuf has not.
    public static let invalidTag = Self(rawValue: "invalid_tag")
    /// A field is longer than the message around it (protobuf).
    public static let fieldTooLong = Self(rawValue: "field_too_long")
    /// A group's start and end do not match (protobuf).
    public static let unbalancedGroup = Self(rawValue: "unbalanced_group")

    fileprivate var explanation: String {
        for (code, text) in Self.explanations where code == self { return text }
        return rawValue
    }

    private static let explanations: [(Self, String)] = [
        (.truncated, "the bytes end too early: no terminal frame, or no end of the request"),
        (.trailingBytes, "there are bytes after the end"),
        (.frameTooLarge, "the frame is larger than the limit"),
        (.tooManyIDs, "there are more ids than the limit"),
        (.stringTooLong, "a string is longer than the limit"),
        (.tooManyEntries, "a list has more entries than the limit"),
        (.nestedTooDeep, "groups are nested deeper than the limit"),
        (.notAMap, "not a map with strings as keys"),
        (.missingKey, "a key that must be there is missing"),
        (.wrongType, "a field has the wrong type"),
        (.reservedByte, "the byte c1 is not MessagePack"),
        (.numberOutOfRange, "a number is not between 0 and 4294967295"),
        (.invalidUTF8, "a string is not UTF-8"),
        (.invalidVarint, "a varint is longer than 64 bits"),
        (.invalidTag, "a field number or wire type is not protobuf's"),
        (.fieldTooLong, "a field is longer than the message around it"),
        (.unbalancedGroup, "a group's start and end do not match"),
    ]
}
