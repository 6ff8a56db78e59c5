internal import CodecAPI

/// Decides when waiting chunks of text go out: at once where the policy has no delay, else as frames do. Chunks of text
/// that go out together become one, up to the policy's number of ids.
struct ChunkPacker: Packer {
    private let policy: FlushPolicy
    private var waiting: [ModelChunk] = []
    /// When the first waiting chunk came.
    private var since: ContinuousClock.Instant?
    /// Nothing was sent yet: whoever waits for the first text waits no longer.
    private var isFirst = true
    private(set) var isDue = false
    private(set) var hasEnded = false

    init(_ policy: FlushPolicy) {
        self.policy = policy
    }

    var isFull: Bool { waiting.count >= max(256, policy.idsPerFrame) }

    mutating func add(_ chunk: ModelChunk, at now: ContinuousClock.Instant) -> PackerAction {
        if !hasEnded {
            since = since ?? now
            waiting.append(chunk)
            if case .finish = chunk.events.last { hasEnded = true }
        }
        return tick(at: now)
    }

    mutating func tick(at now: ContinuousClock.Instant) -> PackerAction {
        guard let since else { return .wait }
        let deadline = since.advanced(by: policy.delay)
        if isFirst || hasEnded || waiting.count >= policy.idsPerFrame || now >= deadline { isDue = true }
        return isDue ? .flush : .waitUntil(deadline)
    }

    mutating func expedite() {
        if since != nil { isDue = true }
    }

    mutating func take() -> [ModelChunk] {
        guard isDue else { return [] }
        isDue = false
        isFirst = false
        since = nil
        defer { waiting.removeAll(keepingCapacity: true) }
        return policy.isImmediate ? waiting : joined()
    }

    private func joined() -> [ModelChunk] {
        var chunks: [ModelChunk] = []
        var count = 0
        for chunk in waiting {
            if case .some(let text) = chunk.onlyText, let before = chunks.last?.onlyText,
                count < policy.idsPerFrame
            {
                chunks[chunks.count - 1].events = [.text(before + text)]
                chunks[chunks.count - 1].ids += chunk.ids
                count += 1
            } else {
                chunks.append(chunk)
                count = 1
            }
        }
        return chunks
    }
}

extension ModelChunk {
    /// The text of a chunk that is nothing else, and that no upstream told in its own way.
    fileprivate var onlyText: String? {
        guard original == nil, events.count == 1, case .text(let text) = events[0] else { return nil }
        return text
    }
}
