internal import CodecClient
internal import CodecCompression
package import NIOHTTP1
import Synchronization

/// The connections to one upstream: kept alive, shared by all requests, closed with the last holder.
///
/// Redirects are not followed, since a key would go with them. Every error names the upstream.
package final class UpstreamConnection: Sendable {
    package let configuration: UpstreamConfiguration
    private let transport: UpstreamTransport
    private let headers: HTTPHeaders
    private let isStopped = Atomic(false)

    /// - Throws: `invalidRequest` for a key, a header or a proxy that cannot be used.
    package init(_ configuration: UpstreamConfiguration) throws(EngineError) {
        self.configuration = configuration
        do throws(ClientError) {
            let origin = try WebAddress(configuration.address.origin)
            transport = try UpstreamTransport(
                to: origin, timeouts: configuration.timeouts,
                proxy: try configuration.proxy.rules().proxy(for: origin))
        } catch {
            throw EngineError(.invalidRequest, error.message, upstream: configuration.name)
        }
        headers = try Self.headers(configuration)
    }

    package var name: String { configuration.name }

    /// Sends a request; returns at the head of the answer, whatever its status.
    /// - Parameter decodes: Whether a body's `Content-Encoding` is undone.
    package func send(
        _ request: UpstreamRequest, decodes: Bool = true
    ) async throws(EngineError) -> UpstreamAnswer {
        guard !isStopped.load(ordering: .relaxed) else { throw stopped }
        var headers = headers
        for (name, value) in request.headers { headers.replaceOrAdd(name: name, value: value) }
        if request.body != nil, !headers.contains(name: "Content-Type") {
            headers.add(name: "Content-Type", value: "application/json")
        }
        let address = try configuration.address.resolve(request.path)
        do throws(ClientError) {
            let end = ContinuousClock.now + configuration.limits.time
            let response = try await transport.send(
                address, method: request.method, headers: headers, body: request.body)
            let encoding = decodes ? response.headers.first(name: "Content-Encoding") : nil
            let body = UpstreamAnswerBody(
                response.body, of: self,
                encoding: encoding.map(ContentEncoding.init(headerValue:)) ?? .identity, end: end)
            return UpstreamAnswer(
                status: Int(response.status.code), headers: response.headers, body: body, upstream: name)
        } catch {
            throw failure(error)
        }
    }

    /// Asks for a stream of events.
    /// - Throws: what a status other than 200 says; `upstreamFailed` for a page or a document in place of a stream.
    package func events(_ request: UpstreamRequest) async throws(EngineError) -> UpstreamEvents {
        var request = request
        request.headers.append(("Accept", "text/event-stream"))
        return try await send(request).events()
    }

    /// Asks for a document.
    /// - Throws: what a status other than 200 says; `upstreamFailed` for a page in place of a document.
    package func document(_ request: UpstreamRequest) async throws(EngineError) -> [UInt8] {
        var request = request
        request.headers.append(("Accept", "application/json"))
        return try await send(request).document()
    }

    /// Ends what runs; later requests throw `shuttingDown`.
    package func shutdown() async {
        isStopped.store(true, ordering: .relaxed)
        await transport.shutdown()
    }

    /// What a failure of the connection means.
    func failure(_ error: ClientError) -> EngineError {
        if isStopped.load(ordering: .relaxed) { return stopped }
        let code: EngineError.Code =
            switch error.code {
            case .cancelled: .cancelled
            case .timeout: .upstreamTimeout
            case .connection, .proxy, .insecureConnection, .disconnected: .upstreamUnreachable
            case .invalidURL, .invalidRequest: .invalidRequest
            default: .upstreamFailed
            }
        return EngineError(code, "\(name): \(error.message).", upstream: name)
    }

    private var stopped: EngineError {
        EngineError(.shuttingDown, "The upstream \(name) was shut down.", upstream: name)
    }

    private static func headers(_ configuration: UpstreamConfiguration) throws(EngineError) -> HTTPHeaders {
        var fields = [("Accept-Encoding", "identity"), ("User-Agent", "swift-codec")]
        if let key = configuration.key {
            switch configuration.keyHeader {
            case .bearer: fields.append(("Authorization", "Bearer \(key)"))
            case .apiKey: fields.append(("x-api-key", key))
            }
        }
        var headers = HTTPHeaders()
        for (name, value) in fields + configuration.headers.map({ ($0.name, $0.value) }) {
            guard HTTPHeaders.canSend(name: name, value: value) else {
                // Without the value: it may be a key.
                throw EngineError(
                    .invalidRequest, "The header \(name.printable) cannot be sent.", parameter: "headers",
                    upstream: configuration.name)
            }
            headers.replaceOrAdd(name: name, value: value)
        }
        return headers
    }
}

/// What an upstream is asked.
package struct UpstreamRequest: Sendable {
    package var path: UpstreamPath
    package var method: HTTPMethod
    package var headers: [(name: String, value: String)]
    /// JSON, unless a header says otherwise.
    package var body: [UInt8]?

    package init(
        _ path: UpstreamPath, method: HTTPMethod? = nil, headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil
    ) {
        self.path = path
        self.method = method ?? (body == nil ? .GET : .POST)
        self.headers = headers
        self.body = body
    }
}
