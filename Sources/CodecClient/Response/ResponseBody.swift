import AsyncHTTPClient
import Synchronization

/// The body of an answer, to be read once: whoever takes its reader owns the connection.
final class ResponseBody: Sendable {
    private let body: Mutex<HTTPClientResponse.Body?>
    private let decoder: BodyDecoder
    let recorder: StatisticsRecorder
    private let transport: HTTPTransport

    init(
        _ body: HTTPClientResponse.Body, decoder: BodyDecoder, recorder: StatisticsRecorder,
        transport: HTTPTransport
    ) {
        self.body = Mutex(body)
        self.decoder = decoder
        self.recorder = recorder
        self.transport = transport
    }

    /// The reader; nil when it has been taken before.
    func takeReader() -> BodyReader? {
        let body = body.withLock { body in
            defer { body = nil }
            return body
        }
        return body.map { BodyReader($0, decoder: decoder, recorder: recorder, transport: transport) }
    }
}
