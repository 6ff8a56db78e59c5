/// A stream as its format writes it, to train on or to measure with.
public struct StreamSample: Sendable, Equatable {
    /// The bytes of each frame.
    public var frames: [[UInt8]]
    /// Ids in all of them.
    public var ids: Int

    public init(frames: [[UInt8]], ids: Int) {
        self.frames = frames
        self.ids = ids
    }

    public var byteCount: Int { frames.reduce(0) { $0 + $1.count } }
}
