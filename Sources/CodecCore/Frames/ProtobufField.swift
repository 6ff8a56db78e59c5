/// A field's number and wire type, as protobuf puts them before each value.
struct ProtobufTag: Equatable {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    @inline(__always)
    init(_ number: UInt32, _ wireType: WireType) { rawValue = number << 3 | wireType.rawValue }

    enum WireType: UInt32 {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case groupStart = 3
        case groupEnd = 4
        case fixed32 = 5
    }

    var number: UInt32 { rawValue >> 3 }
    var wireType: WireType? { WireType(rawValue: rawValue & 7) }
}

/// The fields of CodecFrame and ToolCall.
extension ProtobufTag {
    static let ids = Self(1, .varint)
    static let packedIDs = Self(1, .bytes)
    static let done = Self(2, .varint)
    static let finishReason = Self(3, .bytes)
    static let toolCalls = Self(4, .bytes)
    /// Marks a delta frame.
    static let baseID = Self(5, .varint)

    static let toolCallName = Self(1, .bytes)
    static let toolCallArguments = Self(2, .bytes)
    static let toolCallID = Self(3, .bytes)
}

/// The fields of CodecRequest.
extension ProtobufTag {
    static let promptID = Self(1, .varint)
    static let packedPromptIDs = Self(1, .bytes)
    static let maxTokens = Self(2, .varint)
    static let temperature = Self(3, .fixed32)
    static let stop = Self(4, .bytes)
    static let streamFormat = Self(5, .bytes)
}

extension ByteCursor {
    /// Reads an unsigned LEB128 integer of up to 64 bits; longer forms than needed are legal.
    @inline(__always)
    mutating func varint() throws(FrameError) -> UInt64 {
        let first = try byte()
        return first < 0x80 ? UInt64(first) : try longVarint(first)
    }

    private mutating func longVarint(_ first: UInt8) throws(FrameError) -> UInt64 {
        var value = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        while true {
            let next = try byte()
            if shift == 63, next > 1 { throw failure(.invalidVarint) }
            value |= UInt64(next & 0x7F) &<< shift
            if next < 0x80 { return value }
            shift &+= 7
        }
    }

    @inline(__always)
    mutating func varint32() throws(FrameError) -> UInt32 {
        guard let value = UInt32(exactly: try varint()) else { throw failure(.numberOutOfRange) }
        return value
    }

    /// Reads the next field's tag and puts the mark before it; nil at the end of the message.
    @inline(__always)
    mutating func protobufTag() throws(FrameError) -> ProtobufTag? {
        guard available > 0 else { return nil }
        setMark()
        guard let raw = UInt32(exactly: try varint()), raw >= 8 else { throw failure(.invalidTag) }
        return ProtobufTag(rawValue: raw)
    }

    /// Cuts out a length-delimited value.
    mutating func protobufBytes() throws(FrameError) -> ByteCursor {
        let length = try varint()
        guard length <= UInt64(available) else { throw failure(.fieldTooLong) }
        return try slice(Int(length))
    }

    mutating func protobufString(_ limits: FrameLimits) throws(FrameError) -> String {
        var value = try protobufBytes()
        guard value.available <= limits.stringBytes else { throw failure(.stringTooLong) }
        return try value.string(value.available)
    }

    /// Appends a packed run of ids.
    mutating func protobufPackedIDs(to ids: inout [TokenID], _ limits: FrameLimits) throws(FrameError) {
        var none: DeltaIDs?
        try protobufPackedIDs(to: &ids, &none, limits)
    }

    /// Appends a packed run of ids, or of what `deltas` makes of its values.
    mutating func protobufPackedIDs(
        to ids: inout [TokenID], _ deltas: inout DeltaIDs?, _ limits: FrameLimits
    ) throws(FrameError) {
        var run = try protobufBytes()
        if ids.isEmpty, run.available > 16 { ids.reserveCapacity(min(run.varintCount, limits.ids)) }
        while run.available > 0 {
            if limits.ids &- ids.count >= 64 {
                let count = run.protobufShortIDs(upTo: run.end, to: &ids)
                deltas?.resolve(&ids, from: ids.count &- count)
                if count > 0 { continue }
            }
            run.setMark()
            try run.protobufID(to: &ids, &deltas, limits)
        }
    }

    /// Appends one id that is not packed.
    mutating func protobufID(to ids: inout [TokenID], _ limits: FrameLimits) throws(FrameError) {
        var none: DeltaIDs?
        try protobufID(to: &ids, &none, limits)
    }

    /// Appends one id, or what `deltas` makes of its value.
    mutating func protobufID(
        to ids: inout [TokenID], _ deltas: inout DeltaIDs?, _ limits: FrameLimits
    ) throws(FrameError) {
        if ids.count >= limits.ids { throw failure(.tooManyIDs) }
        if deltas == nil {
            ids.append(try varint32())
        } else {
            guard let id = deltas?.next(try varint()) else { throw failure(.numberOutOfRange) }
            ids.append(id)
        }
    }

    /// Goes over the value of a field that is not ours: groups too, without recursion.
    mutating func skipProtobufValue(_ tag: ProtobufTag, _ limits: FrameLimits) throws(FrameError) {
        guard try skipProtobufScalar(tag) else {
            var openGroups = [tag.number]
            while let open = openGroups.last {
                guard let inner = try protobufTag() else { throw failure(.unbalancedGroup) }
                switch inner.wireType {
                case .groupEnd:
                    guard inner.number == open else { throw failure(.unbalancedGroup) }
                    openGroups.removeLast()
                case .groupStart:
                    guard openGroups.count < limits.groupDepth else { throw failure(.nestedTooDeep) }
                    openGroups.append(inner.number)
                default:
                    _ = try skipProtobufScalar(inner)
                }
            }
            return
        }
    }

    /// Goes over a value that is no group; false, with nothing read, at the start of one.
    private mutating func skipProtobufScalar(_ tag: ProtobufTag) throws(FrameError) -> Bool {
        switch tag.wireType {
        case .varint: _ = try varint()
        case .fixed64: try skip(8)
        case .bytes: _ = try protobufBytes()
        case .fixed32: try skip(4)
        case .groupStart: return false
        case .groupEnd: throw failure(.unbalancedGroup)
        case nil: throw failure(.invalidTag)
        }
        return true
    }
}
