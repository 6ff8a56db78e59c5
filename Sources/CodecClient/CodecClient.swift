import CodecCompression
import CodecCore
import Foundation
import NIOHTTP1

/// A client of one Codec server (spec §3): completions as streams of ids.
///
///     let client = try CodecClient(baseURL: "http://127.0.0.1:8000")
///     let response = try await client.completions(.init(prompt: .text("Once upon a time"), maxTokens: 64))
///     for try await frame in response.frames { … }
///
/// Connections are shared by all copies and close with the last one. Redirects of completions are not followed.
public struct CodecClient: Sendable {
    /// The server's address, without a slash at its end.
    public let baseURL: String
    /// The documents that the server publishes.
    public let discovery: Discovery
    let configuration: Configuration
    let transport: HTTPTransport
    let dictionaries = KnownDictionaries()

    /// - Parameter baseURL: `http` or `https`, with a host; the paths of the protocol are appended to it. One that ends
    ///   in `/v1`, as other clients of the same API have it, means the same without.
    /// - Throws: `invalidURL`, `invalidProxy`, `invalidRequest` for a header that cannot be sent.
    public init(baseURL: String, configuration: Configuration = .init()) throws(ClientError) {
        try configuration.checkHeaders()
        let base = try ServerAddress(baseURL)
        let proxies = try configuration.proxy.rules()
        self.configuration = configuration
        self.baseURL = base.url
        transport = HTTPTransport(
            to: base.address, timeouts: configuration.timeouts, proxy: proxies.proxy(for: base.address))
        discovery = Discovery(
            base: base,
            fetcher: Fetcher(
                origin: base.address, transport: transport, configuration: configuration, proxies: proxies),
            cache: configuration.cache)
    }

    /// The names of the server's models.
    public func models() async throws(ClientError) -> [String] {
        struct List: Decodable {
            struct Model: Decodable { var id: String }
            var data: [Model]
        }
        let bytes = try await discovery.fetcher.get(baseURL + "/v1/models", .models)
        guard let list = try? JSONDecoder().decode(List.self, from: Data(bytes)) else {
            throw ClientError(.unexpectedAnswer, "the server's list of models is not OpenAI's")
        }
        return list.data.map(\.id)
    }
}
