internal import CodecAPI
internal import CodecCompression
internal import CodecCore
internal import CodecEngines
internal import CodecGateway
internal import CodecMaps
internal import HTTPTypes
internal import Hummingbird

/// Discovery (spec §11): the index, the models' own maps inline, and what the server itself loaded: dictionaries, rank
/// tables, the safety policy, the version policy.
struct WellKnownRoutes: Sendable {
    let models: ModelRegistry
    let trustsForwardedProtocol: Bool
    /// By path. What has no valid path is not served.
    private let documents: [String: ServedDocument]

    init(models: ModelRegistry, versions: VersionRules, trustsForwardedProtocol: Bool) {
        self.models = models
        self.trustsForwardedProtocol = trustsForwardedProtocol
        var documents: [String: ServedDocument] = [:]
        for map in models.maps {
            guard let path = try? WellKnown.map(map.id) else { continue }
            documents[path] = ServedDocument(.changing, hash: map.hash) { try map.documentBytes() }
        }
        for assets in models.all.compactMap(\.tokens?.assets) {
            for dictionary in assets.dictionaries.values.joined() {
                documents[WellKnown.dictionary(dictionary.hash)] = ServedDocument(
                    .immutable, dictionary.bytes, contentType: "application/octet-stream")
            }
            if let ranks = assets.rankTable {
                documents[WellKnown.rankTable(ranks.hash)] = ServedDocument(
                    .immutable, ranks.table.bytes, contentType: "application/octet-stream")
            }
        }
        if let policy = versions.safetyPolicy {
            let bytes = policy.canonicalBytes()
            documents[WellKnown.policy(policy.hash)] = ServedDocument(.immutable, bytes)
            if let path = try? WellKnown.policy(policy.id) {
                documents[path] = ServedDocument(.changing, bytes)
            }
        }
        if let policy = versions.policy {
            documents[WellKnown.versionPolicy] = ServedDocument(.changing, policy.bytes())
        }
        self.documents = documents
    }

    func add(to table: RouteTable) {
        table.get(RouterPath(WellKnown.index)) { request, _ in try await index(request) }
        table.get("\(WellKnown.root)/**") { request, _ in
            let path = request.uri.path.removingPercentEscapes
            if let document = documents[path] { return try document.answer(request.headers) }
            guard let map = try await publishedMap(at: path) else {
                throw APIError.notFound(request.uri.path)
            }
            return try map.answer(request.headers)
        }
    }

    /// An upstream's map.
    /// - Throws: `APIError` when the upstream does not give it.
    private func publishedMap(at path: String) async throws -> ServedDocument? {
        let (folder, ending) = (WellKnown.root + "/maps/", ".json")
        guard path.hasPrefix(folder), path.hasSuffix(ending) else { return nil }
        do throws(EngineError) {
            let id = String(path.dropFirst(folder.count).dropLast(ending.count))
            guard let map = try await models.publishedMap(id: id) else { return nil }
            return ServedDocument(.changing, hash: map.hash) { try map.documentBytes() }
        } catch {
            throw APIError(error)
        }
    }

    /// Pointers to the maps under this same origin. The address is the one that the client used.
    private func index(_ request: Request) async throws -> Response {
        let origin = try origin(of: request)
        var pointers: [MapPointer] = []
        for map in await models.listedMaps() {
            guard let path = try? WellKnown.map(map.id) else { continue }
            pointers.append(MapPointer(id: map.id, url: try DocumentURL(origin + path), hash: map.hash))
        }
        return try ServedDocument(.changing, MapIndex(maps: pointers).bytes())
            .answer(request.headers, vary: trustsForwardedProtocol ? "Host, X-Forwarded-Proto" : "Host")
    }

    /// - Throws: 400 for a `Host` that is none.
    private func origin(of request: Request) throws(APIError) -> String {
        var scheme = "http"
        if trustsForwardedProtocol, request.headers[.forwardedProtocol]?.lowercased() == "https" {
            scheme = "https"
        }
        let authority = request.head.authority ?? "localhost"
        guard let url = try? DocumentURL("\(scheme)://\(authority)"),
            !authority.utf8.contains(where: "/?#".utf8.contains)
        else {
            throw .invalidRequest("'Host' must be a host's name or address, and a port.", param: "Host")
        }
        return url.text
    }
}

extension String {
    /// The text with `%41` as `A`; as it is when that is malformed.
    var removingPercentEscapes: String {
        guard utf8.contains(0x25) else { return self }
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == 0x25 else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                rest.count >= 2
            else { return self }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self) ?? self
    }
}
