public import CodecCompression
public import CodecMaps
import Foundation

/// Maps from a server's `/.well-known/codec` (spec §11).
extension CodecClient {
    /// The map of that hash, found by the server's list of its maps.
    ///
    /// What comes is checked against the hash before it is read.
    /// - Throws: `mapUnavailable` when the server does not list it, or gives something else; or why the
    ///   server cannot be asked.
    public func map(_ hash: ContentHash) async throws(ClientError) -> TokenizerMap {
        guard let pointer = try await index().maps.first(where: { $0.hash == hash.description }) else {
            throw ClientError(.mapUnavailable, "the server does not list the map \(hash)")
        }
        return try await map(id: pointer.id, hash: hash)
    }

    /// The hashes of the maps that the server lists.
    /// - Throws: `mapUnavailable` when there is no list that can be read; or why the server cannot be asked.
    public func mapHashes() async throws(ClientError) -> [ContentHash] {
        try await index().maps.compactMap { ContentHash($0.hash) }
    }

    private func index() async throws(ClientError) -> MapIndex {
        let bytes = try await get(baseURL + "/.well-known/codec/index.json", limit: 1 << 20)
        do {
            return try JSONDecoder().decode(MapIndex.self, from: Data(bytes))
        } catch {
            throw ClientError(.mapUnavailable, "the server's list of maps cannot be read")
        }
    }

    /// The map of that id, inline or behind one pointer.
    private func map(id: String, hash: ContentHash) async throws(ClientError) -> TokenizerMap {
        guard MapPointer.isValid(id: id) else {
            throw ClientError(.mapUnavailable, "the server lists a map whose id is not valid")
        }
        let url = baseURL + "/.well-known/codec/maps/\(id).json"
        let bytes = try await get(url, limit: MapDocument.maximumBytes)
        guard bytes.count <= MapPointer.maximumBytes,
            let pointer = try? JSONDecoder().decode(MapPointer.self, from: Data(bytes)),
            let target = pointer.url
        else {
            return try CodecClient.map(bytes, hash: hash)
        }
        guard pointer.id == id else {
            throw ClientError(.mapUnavailable, "the pointer for \(id) is one for \(pointer.id)")
        }
        return try await map(url: target, hash: hash)
    }

    /// The map behind an address, checked against its hash.
    ///
    /// - Parameter url: `https`, or `http` for this machine or for the client's own server.
    public func map(url: String, hash: ContentHash) async throws(ClientError) -> TokenizerMap {
        guard url.hasPrefix(baseURL + "/") || MapPointer.isAllowed(url: url) else {
            throw ClientError(.invalidURL, "a map must come by https: \(url)")
        }
        return try CodecClient.map(try await get(url, limit: MapDocument.maximumBytes), hash: hash)
    }

    private static func map(_ bytes: [UInt8], hash: ContentHash) throws(ClientError) -> TokenizerMap {
        do {
            return try TokenizerMap(parsing: bytes, expecting: hash)
        } catch {
            throw ClientError(.mapUnavailable, "the map \(hash) cannot be used: \(error)")
        }
    }
}

/// `/.well-known/codec/index.json`.
private struct MapIndex: Decodable {
    var maps: [MapPointer]
}

/// Where a map lies.
struct MapPointer: Decodable {
    static let maximumBytes = 64 << 10

    var id: String
    var url: String?
    var hash: String

    /// `[a-z0-9._/-]+` without `..`, not beginning with a slash (spec §6).
    static func isValid(id: String) -> Bool {
        !id.isEmpty && !id.hasPrefix("/") && !id.contains("..")
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }

    static func isAllowed(url: String) -> Bool {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty else {
            return false
        }
        return switch parts.scheme {
        case "https": true
        case "http": ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host)
        default: false
        }
    }
}
