import CodecCore
public import CodecMaps
import NIOHTTP1

/// The documents of `/.well-known/codec` under one origin (spec §11), and what they lead to.
///
/// What has a hash comes from the cache if it is there, and from the network only else. What documents name is
/// fetched by the rules of `FetchRules`; the origin itself is the user's choice, and may be anywhere.
public struct Discovery: Sendable {
    let base: ServerAddress
    let fetcher: Fetcher
    let cache: ClientCache

    init(base: ServerAddress, fetcher: Fetcher, cache: ClientCache) {
        self.base = base
        self.fetcher = fetcher
        self.cache = cache
    }

    /// The origin of an address that the user named himself.
    /// - Throws: `invalidURL`, `invalidProxy`, `invalidRequest`: see `CodecClient.init`.
    public init(originOf url: String, configuration: CodecClient.Configuration = .init()) throws(ClientError)
    {
        let address = try WebAddress(url)
        self = try CodecClient(baseURL: address.origin, configuration: configuration).discovery
    }

    /// The list of the origin's maps; not every origin has one.
    /// - Throws: `notFound`, `invalidDocument`, or why the origin cannot be asked.
    public func index() async throws(ClientError) -> MapIndex {
        let bytes = try await fetcher.get(url(WellKnown.index), .index)
        return try read("the list of maps") { () throws(MapError) in try MapIndex(parsing: bytes) }
    }

    /// What the origin asks of its clients, before anything else is sent; nil when it publishes nothing, as is usual.
    /// - Throws: `invalidDocument`, or why the origin cannot be asked.
    public func versionPolicy() async throws(ClientError) -> VersionPolicy? {
        let bytes: [UInt8]
        do throws(ClientError) {
            bytes = try await fetcher.get(url(WellKnown.versionPolicy), .versionPolicy)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
        return try read("the version policy") { () throws(MapError) in try VersionPolicy(parsing: bytes) }
    }

    /// Asks beforehand whether the origin takes a client of this version.
    /// - Throws: `versionRequired` when it does not, as every request would then; or as `versionPolicy()`.
    public func checkVersion() async throws(ClientError) {
        guard let policy = try await versionPolicy(), policy.minimumVersion > CodecVersion.current else {
            return
        }
        throw ClientError(versionRequired: policy)
    }

    func url(_ path: String) -> String { base.url + path }

    /// - Throws: `invalidDocument`, with what is wrong.
    func read<Value>(_ what: String, _ parse: () throws(MapError) -> Value) throws(ClientError) -> Value {
        do throws(MapError) {
            return try parse()
        } catch {
            throw ClientError(.invalidDocument, "\(what) cannot be used: \(error)")
        }
    }

    /// - Throws: `invalidID`.
    func path(_ make: () throws(MapError) -> String) throws(ClientError) -> String {
        do throws(MapError) {
            return url(try make())
        } catch {
            throw ClientError(.invalidID, error.description)
        }
    }
}
