/// What a reader accepts at most (spec §18). A claim above a limit is an error when it is read: memory follows
/// the bytes that came, never a length that was claimed.
public struct FrameLimits: Hashable, Sendable {
    /// Bytes of one frame, or of one request.
    public var frameBytes: Int
    /// Ids in one frame, or in one prompt.
    public var ids: Int
    /// UTF-8 bytes of one string.
    public var stringBytes: Int
    /// Tool calls of one frame, stop strings of one request.
    public var listEntries: Int
    /// Unknown protobuf groups inside one another. MessagePack needs no such limit: skipping it takes no stack.
    public var groupDepth: Int

    public init(
        frameBytes: Int = 4 << 20, ids: Int = 1 << 20, stringBytes: Int = 1 << 20, listEntries: Int = 1024,
        groupDepth: Int = 100
    ) {
        self.frameBytes = frameBytes
        self.ids = ids
        self.stringBytes = stringBytes
        self.listEntries = listEntries
        self.groupDepth = groupDepth
    }

    /// The limits of a stream of frames.
    public static let frames = FrameLimits()
    /// The limits of a request's body.
    public static let requests = FrameLimits(frameBytes: 64 << 20, ids: 16 << 20)
}
