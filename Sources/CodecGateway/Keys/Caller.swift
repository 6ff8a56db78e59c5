internal import Synchronization

/// Who makes a request, by his key.
package final class Caller: Sendable {
    /// The one whose request this task answers; nil where the server has no keys.
    @TaskLocal package static var current: Caller?

    package let key: CallerKey
    private let limiter: Mutex<CallerLimiter>
    private let now: @Sendable () -> ContinuousClock.Instant

    init(_ key: CallerKey, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.key = key
        self.now = now
        limiter = Mutex(CallerLimiter(key, at: now()))
    }

    package var name: String { key.name }

    /// Counts a request.
    /// - Throws: when he has had too many.
    package func admit() throws(CallerRefusal) {
        try limiter.withLock { limiter throws(CallerRefusal) in try limiter.admit(at: now()) }
    }

    /// An answer has ended: what it took counts now.
    package func charge(tokens: Int) { limiter.withLock { $0.charge(tokens: tokens, at: now()) } }

    package func mayUse(model: String) -> Bool { key.models?.contains(model) ?? true }
}

/// The callers of a server. Limits go on through reloads of keys that stay as they are.
package final class Callers: Sendable {
    private let callers: Mutex<[UInt64: [Caller]]>
    private let now: @Sendable () -> ContinuousClock.Instant
    private let date: @Sendable () -> Int

    /// - Parameter date: seconds since 1970.
    package init(
        _ keys: CallerKeys, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        date: @escaping @Sendable () -> Int
    ) {
        self.now = now
        self.date = date
        callers = Mutex([:])
        reload(keys)
    }

    package func reload(_ keys: CallerKeys) {
        callers.withLock { callers in
            let before = callers.values.flatMap { $0 }
            let all = keys.all.map { key in before.first { $0.key == key } ?? Caller(key, now: now) }
            callers = Dictionary(grouping: all) { Self.head($0.key.hash) }
        }
    }

    /// The caller whose key this is.
    package func caller(presenting text: String?) throws(CallerRefusal) -> Caller {
        guard let text, !text.isEmpty else { throw .noKey }
        guard text.utf8.count <= 256 else { throw .unknownKey }
        let hash = CallerKey.digest(of: text)
        // Only hashes meet the table: nobody can try keys by how long it takes.
        let candidates = callers.withLock { $0[Self.head(hash)] ?? [] }
        guard let caller = candidates.first(where: { CallerKey.isSame($0.key.hash, hash) }) else {
            throw .unknownKey
        }
        if let expires = caller.key.expires, date() >= expires { throw .expired }
        return caller
    }

    private static func head(_ hash: [UInt8]) -> UInt64 {
        hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
