/// Frames in, bytes of one stream out (spec §2).
public struct FrameEncoder: Sendable {
    public let format: FrameFormat
    /// The ranks of a compact stream; nil where the id is the rank.
    public let ranks: RankTable?
    /// What a delta frame is relative to: the last id of the frame before.
    private var lastID: TokenID = 0

    /// - Parameter ranks: for `compact` only; a reader needs the same table.
    public init(format: FrameFormat, ranks: RankTable? = nil) {
        self.format = format
        self.ranks = ranks
    }

    /// Appends the bytes of the stream's next frame to `output`. Allocates nothing where `output` has room.
    ///
    /// Lengths have 32 bits on the wire: a frame must stay below 4 GiB. Readers take far less (`FrameLimits`). A
    /// compact stream has no room for a finish reason that is empty, or on a frame that is not terminal.
    public mutating func encode(_ frame: TokenFrame, into output: inout [UInt8]) {
        switch format {
        case .msgpack: output.appendMessagePack(frame)
        case .protobuf: output.appendProtobuf(frame)
        case .msgpackDelta: output.appendMessagePackDelta(frame, base: lastID)
        case .protobufDelta: output.appendProtobufDelta(frame, base: lastID)
        case .compact: output.appendCompact(frame, ranks)
        }
        if let last = frame.ids.last { lastID = last }
    }
}
