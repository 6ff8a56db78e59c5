/// One answer as it was sent, ids only: one JSON line of a recorded file.
///
///     {"map":"sha256:…","frames":[[19556],[28,905]],"finish_reason":"length"}
public struct RecordedStream: Codable, Sendable, Equatable {
    /// The hash of the ids' tokenizer map.
    public var map: String
    /// The ids of each frame, as they were flushed.
    public var frames: [[UInt32]]
    /// nil for an answer that was cut off.
    public var finishReason: String?

    private enum CodingKeys: String, CodingKey {
        case map, frames
        case finishReason = "finish_reason"
    }

    public init(map: String, frames: [[UInt32]], finishReason: String?) {
        self.map = map
        self.frames = frames
        self.finishReason = finishReason
    }
}
