internal import CodecCore

/// Decides when waiting ids go out, and in which frames (spec §5): the first at once, then what waits, when
/// the first of it has waited long enough, enough ids wait, or the stream ends.
///
/// A state machine without I/O and without a clock: events and times go in, actions come out.
struct FramePacker: Sendable {
    enum Event: Sendable {
        /// The engine produced a frame.
        case frame(TokenFrame)
        /// Time has passed.
        case tick
    }

    enum Action: Sendable, Equatable {
        /// Nothing to do until the next event.
        case wait
        /// Nothing to do, but a tick is due at this time.
        case waitUntil(ContinuousClock.Instant)
        /// What waits is to be taken and sent now.
        case flush
    }

    private let policy: FlushPolicy
    private var waiting: [TokenFrame] = []
    private(set) var waitingIDs = 0
    /// When the first of the waiting ids came.
    private var since: ContinuousClock.Instant?
    /// Nothing was sent yet: whoever waits for the first id waits no longer.
    private var isFirst = true
    private(set) var isDue = false
    /// The terminal frame was taken in.
    private(set) var hasEnded = false

    init(_ policy: FlushPolicy) {
        self.policy = policy
    }

    mutating func handle(_ event: Event, at now: ContinuousClock.Instant) -> Action {
        if case .frame(let frame) = event, !hasEnded {
            append(frame, at: now)
        }
        guard let since else { return .wait }
        let deadline = since.advanced(by: policy.delay)
        if isFirst || hasEnded || waitingIDs >= policy.idsPerFrame || now >= deadline { isDue = true }
        return isDue ? .flush : .waitUntil(deadline)
    }

    /// Lets what waits wait no longer: nothing comes after it.
    mutating func expedite() {
        if since != nil { isDue = true }
    }

    /// The frames that are to be sent now, in order; empty when nothing is due.
    mutating func take() -> [TokenFrame] {
        guard isDue else { return [] }
        isDue = false
        isFirst = false
        since = nil
        waitingIDs = 0
        defer { waiting.removeAll() }
        return waiting
    }

    private mutating func append(_ frame: TokenFrame, at now: ContinuousClock.Instant) {
        if !frame.ids.isEmpty || frame.done || !frame.toolCalls.isEmpty { since = since ?? now }
        waitingIDs += frame.ids.count
        hasEnded = frame.done
        if !frame.toolCalls.isEmpty {
            // A call belongs to the ids that come with it, so its frame stays whole.
            return waiting.append(frame)
        }
        appendIDs(frame.ids[...])
        guard frame.done else { return }
        if waiting.isEmpty || !(waiting.last?.toolCalls.isEmpty ?? true) { waiting.append(TokenFrame()) }
        waiting[waiting.count - 1].done = true
        waiting[waiting.count - 1].finishReason = frame.finishReason
    }

    /// Fills the last waiting frame, then new ones.
    private mutating func appendIDs(_ ids: ArraySlice<TokenID>) {
        var rest = ids
        if let last = waiting.last, last.toolCalls.isEmpty, !rest.isEmpty {
            let part = rest.prefix(max(0, policy.idsPerFrame - last.ids.count))
            waiting[waiting.count - 1].ids.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
        }
        while !rest.isEmpty {
            let part = rest.prefix(policy.idsPerFrame)
            waiting.append(TokenFrame(ids: Array(part)))
            rest = rest.dropFirst(part.count)
        }
    }
}
