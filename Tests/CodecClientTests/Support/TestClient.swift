import CodecClient
import Foundation

extension CodecClient.Configuration {
    /// Nothing is kept, nothing is sent twice, no proxy.
    static func testing(
        timeouts: Timeouts = .init(), retries: RetryPolicy = .none, fetching: FetchRules = .init(),
        proxy: ProxyChoice = .none, headers: [(name: String, value: String)] = [],
        cache: ClientCache = ClientCache(folder: nil)
    ) -> Self {
        .init(
            timeouts: timeouts, retries: retries, fetching: fetching, proxy: proxy, headers: headers,
            cache: cache)
    }
}

extension CodecClient {
    init(testing url: String) throws(ClientError) {
        try self.init(baseURL: url, configuration: .testing())
    }
}

/// A folder that is gone after `body`.
func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "codec-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}
