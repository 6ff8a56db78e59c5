/// The binary form of a stream of frames (spec §2).
public enum FrameFormat: Hashable, Sendable, CaseIterable {
    /// MessagePack maps, one after another.
    case msgpack
    /// Protobuf messages, each behind a 4-byte big-endian length.
    case protobuf
    /// As `msgpack`, with differences of ids in place of ids.
    case msgpackDelta
    /// As `protobuf`, with differences of ids in place of ids.
    case protobufDelta
    /// A run of varints without frames around them: for streams that send every id at once.
    case compact

    /// The format that a request's `stream_format` names; nil for a name that is none.
    public init?(name: String) {
        for format in Self.allCases where format.name.hasSameBytes(as: name) {
            self = format
            return
        }
        return nil
    }

    /// The value of `stream_format`.
    public var name: String {
        switch self {
        case .msgpack: "msgpack"
        case .protobuf: "protobuf"
        case .msgpackDelta: "msgpack-delta"
        case .protobufDelta: "protobuf-delta"
        case .compact: "compact"
        }
    }

    /// The value of `Content-Type`; a delta variant's is that of its plain form.
    public var contentType: String {
        switch self {
        case .msgpack, .msgpackDelta: "application/x-msgpack"
        case .protobuf, .protobufDelta: "application/x-protobuf"
        case .compact: "application/x-codec-compact"
        }
    }

    /// The format of the messages: a delta variant's plain form, in which servers that do not speak it answer.
    /// `compact` has no messages, and its requests are written in protobuf.
    public var plain: FrameFormat {
        switch self {
        case .msgpack, .msgpackDelta: .msgpack
        case .protobuf, .protobufDelta, .compact: .protobuf
        }
    }

    /// Whether frames carry differences of ids.
    public var isDelta: Bool { self == .msgpackDelta || self == .protobufDelta }
}
