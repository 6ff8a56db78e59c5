internal import CodecCore

/// Decides when waiting ids go out, and in which frames (spec §5): the first at once, then what waits, when
/// the first of it has waited long enough, enough ids wait, or the stream ends.
struct FramePacker: Packer {
    private let policy: FlushPolicy
    private var waiting: [TokenFrame] = []
    private var waitingIDs = 0
    /// When the first of the waiting ids came.
    private var since: ContinuousClock.Instant?
    /// Nothing was sent yet: whoever waits for the first id waits no longer.
    private var isFirst = true
    private(set) var isDue = false
    private(set) var hasEnded = false

    init(_ policy: FlushPolicy) {
        self.policy = policy
    }

    /// Ids that may wait before the engine has to: no less than a frame's worth, so that a frame can fill up.
    var isFull: Bool { waitingIDs >= max(1024, policy.idsPerFrame) }

    mutating func add(_ frame: TokenFrame, at now: ContinuousClock.Instant) -> PackerAction {
        if !hasEnded { append(frame, at: now) }
        return tick(at: now)
    }

    mutating func tick(at now: ContinuousClock.Instant) -> PackerAction {
        guard let since else { return .wait }
        let deadline = since.advanced(by: policy.delay)
        if isFirst || hasEnded || waitingIDs >= policy.idsPerFrame || now >= deadline { isDue = true }
        return isDue ? .flush : .waitUntil(deadline)
    }

    mutating func expedite() {
        if since != nil { isDue = true }
    }

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
