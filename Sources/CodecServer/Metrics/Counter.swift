internal import Synchronization

/// A number that only grows; adding takes no lock.
final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    func add(_ amount: Int = 1) {
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    var total: Int { value.load(ordering: .relaxed) }
}

/// A number that goes up and down.
final class Gauge: Sendable {
    private let value = Atomic<Int>(0)

    func add(_ amount: Int) {
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    var current: Int { value.load(ordering: .relaxed) }
}
