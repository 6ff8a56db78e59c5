import AsyncHTTPClient
import CodecCompression
public import CodecCore
import CodecMaps
import Foundation
import NIOCore
import NIOHTTP1

/// A client of one Codec server (spec §3): completions as streams of ids.
///
///     let client = try CodecClient(baseURL: "http://127.0.0.1:8000")
///     let response = try await client.completions(.init(prompt: .text("Once upon a time"), maxTokens: 64))
///     for try await frame in response.frames { … }
///
/// Connections are shared by all copies and close with the last one. Redirects are not followed.
public struct CodecClient: Sendable {
    public struct Configuration: Sendable {
        /// How long a connection may take.
        public var connectTimeout: Duration
        /// How long the server may be silent, before the answer and between its parts (spec §18).
        public var idleTimeout: Duration

        public init(connectTimeout: Duration = .seconds(10), idleTimeout: Duration = .seconds(120)) {
            self.connectTimeout = connectTimeout
            self.idleTimeout = idleTimeout
        }
    }

    /// The server's address, without a slash at its end.
    public let baseURL: String
    let transport: HTTPTransport

    /// - Parameter baseURL: `http` or `https`, with a host; the paths of the protocol are appended to it.
    /// - Throws: `invalidURL`.
    public init(baseURL: String, configuration: Configuration = .init()) throws(ClientError) {
        guard let parts = URLComponents(string: baseURL), let host = parts.host, !host.isEmpty,
            ["http", "https"].contains(parts.scheme?.lowercased()), parts.query == nil, parts.fragment == nil
        else {
            throw ClientError(.invalidURL, "\(baseURL) is not the address of a server (http://host:port)")
        }
        var trimmed = baseURL[...]
        while trimmed.last == "/" { trimmed.removeLast() }
        self.baseURL = String(trimmed)
        transport = HTTPTransport(
            connectTimeout: configuration.connectTimeout, idleTimeout: configuration.idleTimeout)
    }

    /// Starts a completion as frames; returns once the answer has begun and its head is checked.
    ///
    /// - Throws: `mapMismatch` before anything is decoded when the ids are not those of
    ///   `options.pinnedMap`, `refused` with what the server said, `unexpectedAnswer`, `connection`, `timeout`.
    public func completions(
        _ options: CompletionOptions, format: FrameFormat = .msgpack
    ) async throws(ClientError) -> CompletionResponse {
        let (head, body) = try await begin(options, format: format)
        return CompletionResponse(
            frames: TokenFrames(body: body, format: format), map: head.map, encoding: head.encoding)
    }

    /// Starts a completion as text in server-sent events.
    ///
    /// Errors are those of `completions(_:format:)`.
    public func textCompletions(_ options: CompletionOptions) async throws(ClientError) -> TextResponse {
        let (head, body) = try await begin(options, format: nil)
        return TextResponse(chunks: TextChunks(body: body), encoding: head.encoding)
    }

    /// The names of the server's models.
    public func models() async throws(ClientError) -> [String] {
        struct List: Decodable {
            struct Model: Decodable { var id: String }
            var data: [Model]
        }
        let bytes = try await get(baseURL + "/v1/models", limit: 1 << 20)
        guard let list = try? JSONDecoder().decode(List.self, from: Data(bytes)) else {
            throw ClientError(.unexpectedAnswer, "the server's list of models is not OpenAI's")
        }
        return list.data.map(\.id)
    }

    private func begin(
        _ options: CompletionOptions, format: FrameFormat?
    ) async throws(ClientError) -> (ResponseHead, ResponseBody) {
        let request = try request(for: options, format: format)
        let start = ContinuousClock.now
        let response = try await transport.send(request)
        guard response.status == .ok else { throw await response.refusal() }
        let head = try ResponseHead(
            response, contentType: format?.contentType ?? "text/event-stream",
            acceptedEncodings: options.acceptedEncodings, pinnedMap: options.pinnedMap)
        let recorder = StatisticsRecorder(start: start, headerBytes: ResponseHead.wireSize(of: response))
        let body = ResponseBody(
            response.body, encoding: head.encoding, recorder: recorder, transport: transport)
        return (head, body)
    }

    private func request(
        for options: CompletionOptions, format: FrameFormat?
    ) throws(ClientError) -> HTTPClientRequest {
        let body = CompletionBody(options: options, format: format)
        var request = HTTPClientRequest(url: baseURL + body.path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept-Encoding", value: options.acceptEncoding)
        if let map = options.pinnedMap {
            request.headers.add(name: "X-Codec-Map", value: map.description)
        }
        do {
            request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
        } catch {
            throw ClientError(.invalidRequest, "the request cannot be written as JSON: \(error)")
        }
        return request
    }

    /// A document of at most `limit` bytes.
    /// - Throws: `refused` when the status is not 200.
    func get(_ url: String, limit: Int) async throws(ClientError) -> [UInt8] {
        let response = try await transport.send(HTTPClientRequest(url: url))
        guard response.status == .ok else { throw await response.refusal() }
        return try await response.collect(limit: limit)
    }
}
