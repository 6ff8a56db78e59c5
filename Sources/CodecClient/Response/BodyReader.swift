import AsyncHTTPClient
import NIOCore

/// Reads a body: counts its bytes as they come, and gives them decompressed.
///
/// Dropping the reader before the end closes the connection, which tells the server to stop.
struct BodyReader {
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var decoder: BodyDecoder
    let recorder: StatisticsRecorder
    /// Kept alive: without it the connection would close.
    private let transport: HTTPTransport

    init(
        _ body: HTTPClientResponse.Body, decoder: BodyDecoder, recorder: StatisticsRecorder,
        transport: HTTPTransport
    ) {
        self.body = body.makeAsyncIterator()
        self.decoder = decoder
        self.recorder = recorder
        self.transport = transport
    }

    /// The next decoded bytes, never none; nil at the end of a complete body.
    mutating func next() async throws(ClientError) -> [UInt8]? {
        while let chunk = try await receive() {
            recorder.received(bodyBytes: chunk.count)
            let bytes = try decoder.decode(chunk)
            recorder.decoded(bytes: bytes.count)
            if !bytes.isEmpty { return bytes }
        }
        try decoder.finish()
        return nil
    }

    private mutating func receive() async throws(ClientError) -> [UInt8]? {
        do {
            return try await body.next().map { Array($0.readableBytesView) }
        } catch {
            throw ClientError(transport: error, began: true)
        }
    }
}
