public import CodecCore
import Synchronization

/// The engine's end of a `TokenStream`. No call of the engine's blocks or suspends.
///
/// After `finish` or `fail`, or once the reader has left, further calls have no effect; so a stream has
/// exactly one end.
public final class TokenChannel: Sendable {
    private enum End {
        case finished(FinishReason)
        case failed(EngineError)
    }

    private typealias Answer = Result<TokenFrame?, EngineError>

    private struct State {
        var ids: [TokenID] = []
        var end: End?
        /// The end was delivered, or the reader left: nothing more will be read.
        var isClosed = false
        var wasAbandoned = false
        /// `hasRoom` said no since the reader last took ids.
        var engineWaits = false
        var reader: CheckedContinuation<Answer, Never>?
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let readerChanged: @Sendable () -> Void

    init(capacity: Int, readerChanged: @escaping @Sendable () -> Void) {
        self.capacity = capacity
        self.readerChanged = readerChanged
    }

    // MARK: The engine's side

    /// Whether another id should be sent now. After a no, `readerChanged` tells when to ask again.
    public var hasRoom: Bool {
        state.withLock { state in
            let hasRoom = state.ids.count < capacity
            if !hasRoom { state.engineWaits = true }
            return hasRoom
        }
    }

    /// Whether the reader has left; what is sent now is lost.
    public var isAbandoned: Bool { state.withLock { $0.wasAbandoned } }

    public func send(_ id: TokenID) { send(CollectionOfOne(id)) }

    /// Never refuses: the capacity bounds what engines that heed `hasRoom` keep waiting.
    public func send(_ ids: some Collection<TokenID>) {
        guard !ids.isEmpty else { return }
        update { state in
            if state.end == nil { state.ids.append(contentsOf: ids) }
        }
    }

    /// Ends the stream with a terminal frame, which also carries the last ids and those that still wait.
    public func finish(_ reason: FinishReason, after ids: [TokenID] = []) {
        update { state in
            guard state.end == nil else { return }
            state.ids += ids
            state.end = .finished(reason)
        }
    }

    /// Ends the stream with an error, after the ids that still wait.
    public func fail(_ error: EngineError) {
        update { state in
            if state.end == nil { state.end = .failed(error) }
        }
    }

    /// Changes the state and hands what there is to a reader that waits.
    private func update(_ change: (inout State) -> Void) {
        let (reader, answer) = state.withLock { state -> (CheckedContinuation<Answer, Never>?, Answer) in
            guard !state.isClosed else { return (nil, .success(nil)) }
            change(&state)
            guard state.reader != nil, let answer = Self.take(&state) else { return (nil, .success(nil)) }
            defer { state.reader = nil }
            return (state.reader, answer)
        }
        reader?.resume(returning: answer)
    }

    // MARK: The reader's side

    /// The ids that wait, as one frame; nil after the end.
    func next() async throws(EngineError) -> TokenFrame? {
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in wait(continuation) }
        } onCancel: {
            abandon()
        }
        return try answer.get()
    }

    private func wait(_ continuation: CheckedContinuation<Answer, Never>) {
        var engineWaited = false
        let answer = state.withLock { state -> Answer? in
            if state.isClosed { return .success(nil) }
            if state.reader != nil {
                return .failure(EngineError(.invalidRequest, "A token stream has one reader at a time."))
            }
            engineWaited = state.engineWaits
            guard let answer = Self.take(&state) else {
                state.reader = continuation
                return nil
            }
            return answer
        }
        guard let answer else { return }
        continuation.resume(returning: answer)
        if engineWaited { readerChanged() }
    }

    /// The reader has left.
    func abandon() {
        let (reader, changed) = state.withLock { state in
            let changed = !state.isClosed && state.end == nil
            state.isClosed = true
            state.wasAbandoned = state.wasAbandoned || changed
            state.ids = []
            defer { state.reader = nil }
            return (state.reader, changed)
        }
        reader?.resume(returning: .success(nil))
        if changed { readerChanged() }
    }

    /// What a reader gets now; nil = it has to wait.
    private static func take(_ state: inout State) -> Answer? {
        let ids = state.ids
        state.ids = []
        state.engineWaits = false
        switch state.end {
        case .finished(let reason):
            state.isClosed = true
            return .success(TokenFrame(ids: ids, done: true, finishReason: reason))
        case .failed(let error) where ids.isEmpty:
            state.isClosed = true
            return .failure(error)
        case .failed, nil:
            return ids.isEmpty ? nil : .success(TokenFrame(ids: ids))
        }
    }
}
