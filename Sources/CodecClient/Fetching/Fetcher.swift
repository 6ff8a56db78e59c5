import AsyncHTTPClient
import CodecCompression
import NIOCore
import NIOHTTP1

/// Gets documents that may be somebody else's trap (spec §11): bounded in size, time and redirects, and never from
/// where a document must not lead.
struct Fetcher: Sendable {
    private let guardian: AddressGuard
    private let configuration: CodecClient.Configuration
    private let proxies: ProxyRules
    /// The connections to the origin that the user named.
    private let own: HTTPTransport?

    /// - Parameters:
    ///   - origin: what the user named himself; it may be anywhere, and gets the configured headers.
    ///   - transport: the connections to it.
    init(
        origin: WebAddress?, transport: HTTPTransport?, configuration: CodecClient.Configuration,
        proxies: ProxyRules, resolver: HostResolver = .system
    ) {
        guardian = AddressGuard(origin: origin, rules: configuration.fetching, resolver: resolver)
        own = transport
        self.configuration = configuration
        self.proxies = proxies
    }

    /// A document's bytes.
    ///
    /// - Throws: `invalidURL`, `insecureURL`, `forbiddenAddress`, `tooManyRedirects`, `redirectLoop`, `notFound`,
    ///   `refused`, `tooLarge`, `decompressionBomb`, `notADocument`, `timeLimit`, or what the connection fails by.
    func get(_ url: String, _ kind: DocumentKind) async throws(ClientError) -> [UInt8] {
        let address = try WebAddress(url)
        return try await withTimeLimit(configuration.fetching.timeLimit, what: "the \(kind.name)") {
            () async throws(ClientError) in
            try await configuration.retries.run { () async throws(ClientError) in
                try await follow(address, kind)
            }
        }
    }

    private func follow(_ start: WebAddress, _ kind: DocumentKind) async throws(ClientError) -> [UInt8] {
        var address = start
        var visited: Set = [start]
        var isOwn = true
        while true {
            // Who is sent on by others gets no headers, even at home: he is on an errand of theirs.
            isOwn = isOwn && guardian.isTrusted(address)
            let (response, transport) = try await send(to: address, kind, withHeaders: isOwn)
            guard let location = response.redirection else {
                defer { withExtendedLifetime(transport) {} }
                return try await DocumentReader(kind: kind).read(response)
            }
            address = try address.resolving(location)
            guard visited.insert(address).inserted else {
                throw ClientError(.redirectLoop, "the redirects of the \(kind.name) lead back to \(address)")
            }
            guard visited.count <= configuration.fetching.redirects + 1 else {
                throw ClientError(
                    .tooManyRedirects, "more than \(configuration.fetching.redirects) redirects: \(start)")
            }
        }
    }

    private func send(
        to address: WebAddress, _ kind: DocumentKind, withHeaders: Bool
    ) async throws(ClientError) -> (HTTPClientResponse, HTTPTransport) {
        var headers = HTTPHeaders()
        headers.add(name: "Accept", value: kind.isJSON ? "application/json" : "*/*")
        headers.add(name: "Accept-Encoding", value: DocumentReader.acceptEncoding)
        headers.addClientVersion()
        if let own, guardian.isTrusted(address) {
            if withHeaders { configuration.addHeaders(to: &headers) }
            return (try await own.send(address, headers: headers), own)
        }
        try guardian.checkScheme(address)
        if let proxy = proxies.proxy(for: address) {
            try guardian.checkName(address)
            let transport = HTTPTransport(to: address, timeouts: configuration.timeouts, proxy: proxy)
            return (try await transport.send(address, headers: headers), transport)
        }
        var failure = ClientError(.connection, "no address is known for \(address.host)")
        for candidate in try await guardian.addresses(of: address) {
            let transport = HTTPTransport(
                to: address, timeouts: configuration.timeouts, proxy: nil, pinned: candidate)
            do throws(ClientError) {
                return (try await transport.send(address, headers: headers), transport)
            } catch {
                guard error.code == .connection else { throw error }
                failure = error
            }
        }
        throw failure
    }
}

extension HTTPClientResponse {
    /// Where the answer sends on to; nil when it does not.
    fileprivate var redirection: String? {
        switch status.code {
        case 301, 302, 303, 307, 308: headers.first(name: "Location")
        default: nil
        }
    }
}
