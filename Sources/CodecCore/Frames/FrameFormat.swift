/// The binary form of a stream of frames.
public enum FrameFormat: Hashable, Sendable, CaseIterable {
    /// MessagePack maps, one after another.
    case msgpack
    /// Protobuf messages, each behind a 4-byte big-endian length.
    case protobuf
}
