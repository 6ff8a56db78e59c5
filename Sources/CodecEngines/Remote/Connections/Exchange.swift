internal import CodecClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// One request and its answer: what comes from the network waits here for who reads it, and the other way round.
///
/// `send` and `next` may be called from anywhere, and cost no change of threads on the loop itself.
// All state is touched on the loop only.
final class Exchange: @unchecked Sendable {
    /// What a task waits for.
    private enum Wait {
        case nothing
        case head(CheckedContinuation<Head, Never>)
        case body(CheckedContinuation<Part, Never>)
    }

    private typealias Head = Result<HTTPResponseHead, ClientError>
    private typealias Part = Result<ByteBuffer?, ClientError>

    /// More is not taken from the network before somebody has read what came.
    private static let enough = 64 << 10
    /// What may come of an answer that nobody reads, before its connection is given up.
    private static let drained = 512 << 10

    let loop: any EventLoop
    let request: HTTPRequestHead
    let requestBody: ByteBuffer?
    /// It was sent before, over a connection that the server then closed.
    var isRepeated = false
    private let timeouts: Timeouts
    private weak var connection: KeptConnection?
    private var wait = Wait.nothing
    private var waitsSince = NIODeadline.now()
    private var received = ByteBuffer()
    private var drainable: Int?
    /// Set once: nothing more will come.
    private var end: Result<Void, ClientError>?

    init(_ request: HTTPRequestHead, body: ByteBuffer?, timeouts: Timeouts, on loop: any EventLoop) {
        self.request = request
        requestBody = body
        self.timeouts = timeouts
        self.loop = loop
    }

    // MARK: The reader

    /// - Parameter start: Finds a connection; called on the loop.
    /// - Returns: The answer's head.
    func send(_ start: @escaping @Sendable (Exchange) -> Void) async throws(ClientError) -> HTTPResponseHead {
        try await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Head, Never>) in
                run {
                    if case .failure(let error) = self.end {
                        return continuation.resume(returning: .failure(error))
                    }
                    self.begin(.head(continuation))
                    start(self)
                }
            }
        } onCancel: {
            cancel()
        }.get()
    }

    /// What has come of the body, never empty; nil at the end of one that is not cut.
    func next() async throws(ClientError) -> ByteBuffer? {
        if loop.inEventLoop, let part = take() { return try part.get() }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Part, Never>) in
                run {
                    if let part = self.take() { return continuation.resume(returning: part) }
                    self.begin(.body(continuation))
                }
            }
        } onCancel: {
            cancel()
        }.get()
    }

    /// Nobody reads any more: the connection is kept if the answer's end is near.
    func drain() {
        run {
            self.drainable = Self.drained - self.received.readableBytes
            self.received.clear()
            self.waitsSince = .now()
            self.connection?.resumeReading()
            self.connection?.watch()
        }
    }

    /// Nobody reads any more: an answer that has not ended ends here, and with it the upstream's work.
    func abandon() {
        run {
            if self.drainable == nil { self.stop(.cancelled, "nobody reads the answer") }
        }
    }

    private func cancel() {
        run { self.stop(.cancelled, "the request was cancelled") }
    }

    private func stop(_ code: ClientError.Code, _ message: String) {
        guard end == nil else { return }
        let connection = connection
        fail(ClientError(code, message))
        connection?.close()
    }

    private func begin(_ wait: Wait) {
        self.wait = wait
        waitsSince = .now()
        connection?.watch()
    }

    private func take() -> Part? {
        if received.readableBytes > 0 {
            let part = received
            received = ByteBuffer()
            connection?.resumeReading()
            return .success(part)
        }
        return end.map { end in end.map { nil } }
    }

    private func run(_ work: @escaping @Sendable () -> Void) {
        if loop.inEventLoop { work() } else { loop.execute(work) }
    }

    // MARK: The connection

    /// Nobody waits for it any more.
    var isOver: Bool { end != nil }
    var awaitsHead: Bool {
        if case .head = wait { true } else { false }
    }
    var isFull: Bool { drainable == nil && received.readableBytes >= Self.enough }

    /// When the server has been silent for too long; nil while nothing is wanted of it.
    var deadline: NIODeadline? {
        switch wait {
        case .head: waitsSince + TimeAmount(timeouts.firstByte)
        case .body: waitsSince + TimeAmount(timeouts.idle)
        case .nothing: drainable.map { _ in waitsSince + .seconds(1) }
        }
    }

    func begin(on connection: KeptConnection) {
        self.connection = connection
        waitsSince = .now()
    }

    func receive(_ head: HTTPResponseHead) {
        guard case .head(let continuation) = wait else { return }
        wait = .nothing
        continuation.resume(returning: .success(head))
    }

    func receive(_ part: inout ByteBuffer) {
        if let left = drainable {
            drainable = left - part.readableBytes
            if left < part.readableBytes { connection?.close() }
        } else if received.readableBytes == 0 {
            received = part
        } else {
            received.writeBuffer(&part)
        }
    }

    /// Hands over what one look at the network gave.
    func deliver() {
        guard case .body(let continuation) = wait, let part = take() else { return }
        wait = .nothing
        continuation.resume(returning: part)
    }

    func finish() {
        end = .success(())
        connection = nil
        deliver()
    }

    func expire() {
        if case .head = wait {
            fail(ClientError(.timeout, "the server did not answer in time"))
        } else {
            fail(ClientError(.timeout, "the server stopped sending"))
        }
    }

    /// The connection broke.
    func fail(_ error: any Error, reaching place: String) {
        if case .head = wait {
            fail(ClientError(transport: error, began: false, reaching: place))
        } else {
            fail(ClientError(transport: error, began: true))
        }
    }

    private func fail(_ error: ClientError) {
        guard end == nil else { return }
        end = .failure(error)
        connection = nil
        if case .head(let continuation) = wait {
            wait = .nothing
            continuation.resume(returning: .failure(error))
        }
        deliver()
    }
}
