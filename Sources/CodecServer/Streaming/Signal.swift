/// The latest of some values, for one waiting task: a value that is not awaited yet is kept, an older one is
/// forgotten.
struct Signal<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func send(_ value: Value) {
        continuation.yield(value)
    }

    /// The next value; nil when the task is cancelled, now and from then on.
    @discardableResult
    func next() async -> Value? {
        var iterator = stream.makeAsyncIterator()
        return await iterator.next()
    }
}
