/// Decides when what waits in a stream goes out, and in which pieces (spec §5).
///
/// A state machine without I/O and without a clock: items and times go in, actions come out.
protocol Packer: Sendable {
    associatedtype Item: Sendable

    init(_ policy: FlushPolicy)

    /// The engine produced an item.
    mutating func add(_ item: Item, at now: ContinuousClock.Instant) -> PackerAction

    /// Time has passed.
    mutating func tick(at now: ContinuousClock.Instant) -> PackerAction

    /// Lets what waits wait no longer: nothing comes after it.
    mutating func expedite()

    /// What is to be sent now, in order; empty when nothing is due.
    mutating func take() -> [Item]

    /// What waits is to be sent now.
    var isDue: Bool { get }

    /// So much waits that the engine should.
    var isFull: Bool { get }

    /// The last item was taken in.
    var hasEnded: Bool { get }
}

enum PackerAction: Sendable, Equatable {
    /// Nothing to do until the next event.
    case wait
    /// Nothing to do, but a tick is due at this time.
    case waitUntil(ContinuousClock.Instant)
    /// What waits is to be taken and sent now.
    case flush
}
