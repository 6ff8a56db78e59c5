/// When the ids that wait go out (spec §5).
public struct FlushPolicy: Sendable, Equatable {
    /// How long the first waiting id waits for company; zero sends every id at once, each in a frame of
    /// its own.
    public var delay: Duration
    /// The most ids of one frame; so many waiting ids go out without further delay.
    public var maximumIDs: Int

    public init(delay: Duration = .milliseconds(20), maximumIDs: Int = 32) {
        self.delay = delay
        self.maximumIDs = maximumIDs
    }

    /// Every id goes out by itself.
    var isImmediate: Bool { delay <= .zero }

    /// The most ids that one frame carries.
    var idsPerFrame: Int { isImmediate ? 1 : max(1, maximumIDs) }
}
