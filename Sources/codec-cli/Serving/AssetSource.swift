import CodecClient
import CodecCompression
import CodecCore
import CodecMaps
import CodecServer

/// Where a dictionary or a rank table comes from: a file, or a URL; `#sha256:…` says which bytes it must have.
struct AssetSource {
    let location: String
    let hash: ContentHash?
    /// Who named the location, as an address: what he may lead to depends on where he is.
    private let origin: String

    /// What the user wrote.
    /// - Parameter listed: the hash of an address that the map lists.
    init(_ text: String, listed: (String) -> ContentHash?) throws {
        let reference: MapReference
        do {
            reference = try MapReference(text)
        } catch {
            throw Failure("\(text): \(error)")
        }
        location = reference.location
        hash = reference.hash ?? listed(location)
        origin = location
    }

    /// What a map lists.
    /// - Parameter map: where the map is from: a file of this machine speaks for this machine.
    /// - Throws: `Failure` for what is no URL: a map names no files of this machine.
    init(url: String, hash: ContentHash, listedBy map: String) throws {
        guard Self.isURL(url) else {
            throw Failure("\(map) lists \(url), which is no URL that can be fetched")
        }
        location = url
        self.hash = hash
        origin = Self.isURL(map) ? map : "http://localhost"
    }

    /// - Throws: what is wrong, naming the file or URL; so do the others.
    func dictionary() async throws -> ZstdDictionary {
        try await named {
            let dictionary =
                Self.isURL(location)
                ? try await discovery().dictionary(url: location, hash: try requiredHash())
                : try ZstdDictionary(
                    try WholeFile.read(location, upTo: ZstdDictionary.maximumBytes), expecting: hash)
            try dictionary.checkCompressing()
            return dictionary
        }
    }

    func rankTable() async throws -> ServedRankTable {
        let ranks = try await named {
            let table =
                Self.isURL(location)
                ? try await discovery().rankTable(url: location, hash: try requiredHash())
                : try RankTable(parsing: try WholeFile.read(location, upTo: RankTable.maximumBytes))
            return ServedRankTable(table)
        }
        guard hash == nil || hash == ranks.hash else {
            throw Failure(
                "\(location): the table's hash is \(ranks.hash), expected \(hash?.description ?? "")")
        }
        return ranks
    }

    static func isURL(_ text: String) -> Bool {
        text.hasPrefix("https://") || text.hasPrefix("http://")
    }

    private func discovery() throws -> Discovery { try Discovery(originOf: origin) }

    private func requiredHash() throws -> ContentHash {
        guard let hash else { throw Failure("\(location) must end with its hash: \(location)#sha256:…") }
        return hash
    }

    private func named<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            throw Failure(naming: location, error)
        }
    }
}
