internal import CodecAPI
internal import HTTPTypes
internal import Synchronization

/// The memory that the bodies of all requests may take together while they are read and parsed: many large
/// uploads at once must not exhaust it.
final class BodyBudget: Sendable {
    /// Bytes of a body that count as nothing, so that small requests are answered beside any uploads; the number
    /// of connections bounds these.
    static let freeBytes = 64 << 10

    private let limit: Int
    private let used = Mutex(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// Bytes that bodies take now.
    var usedBytes: Int { used.withLock { $0 } }

    /// What one body takes; it is given back when this goes.
    final class Share: Sendable {
        private let budget: BodyBudget
        private let taken = Mutex(0)

        init(of budget: BodyBudget) {
            self.budget = budget
        }

        /// Says that the body has so many bytes now.
        /// - Throws: 503 when all bodies together would have too many.
        func grow(to bytes: Int) throws(APIError) {
            let wanted = max(0, bytes - BodyBudget.freeBytes)
            try taken.withLock { (taken) throws(APIError) in
                guard wanted > taken else { return }
                try budget.take(wanted - taken)
                taken = wanted
            }
        }

        deinit {
            budget.used.withLock { used in taken.withLock { used -= $0 } }
        }
    }

    private func take(_ bytes: Int) throws(APIError) {
        let isTaken = used.withLock { used in
            guard bytes <= limit - used else { return false }
            used += bytes
            return true
        }
        guard isTaken else {
            throw APIError(
                status: .serviceUnavailable,
                message: "The server is reading as many large bodies as it has room for; try again.",
                type: "server_error", code: "too_many_large_bodies", headers: [.retryAfter: "1"])
        }
    }
}
