import AsyncHTTPClient
import CodecCompression
import Synchronization

/// The body of an answer, to be read once: whoever takes its reader owns the connection.
final class ResponseBody: Sendable {
    private let body: Mutex<HTTPClientResponse.Body?>
    private let encoding: ContentEncoding
    private let dictionary: ZstdDictionary?
    let recorder: StatisticsRecorder
    private let transport: HTTPTransport

    init(
        _ body: HTTPClientResponse.Body, encoding: ContentEncoding, dictionary: ZstdDictionary?,
        recorder: StatisticsRecorder,
        transport: HTTPTransport
    ) {
        self.body = Mutex(body)
        self.encoding = encoding
        self.dictionary = dictionary
        self.recorder = recorder
        self.transport = transport
    }

    /// The reader; nil when it has been taken before.
    func takeReader() -> BodyReader? {
        let body = body.withLock { body in
            defer { body = nil }
            return body
        }
        let decoder = BodyDecoder(encoding: encoding, dictionary: dictionary)
        return body.map { BodyReader($0, decoder: decoder, recorder: recorder, transport: transport) }
    }
}
