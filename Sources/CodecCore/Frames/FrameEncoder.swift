/// Frames in, bytes of a stream out (spec §2).
public struct FrameEncoder: Sendable {
    public let format: FrameFormat

    public init(format: FrameFormat) {
        self.format = format
    }

    /// Appends the bytes of a frame to `output`. Allocates nothing where `output` has room.
    ///
    /// Lengths have 32 bits on the wire: a frame must stay below 4 GiB. Readers take far less (`FrameLimits`).
    public func encode(_ frame: TokenFrame, into output: inout [UInt8]) {
        switch format {
        case .msgpack: output.appendMessagePack(frame)
        case .protobuf: output.appendProtobuf(frame)
        }
    }
}
