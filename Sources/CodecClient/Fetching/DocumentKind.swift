import CodecCompression
import CodecCore
import CodecMaps

/// What is fetched: how it is called in errors, and how large it may be (spec §18).
struct DocumentKind: Sendable {
    let name: String
    /// Bytes, as they come and once decompressed.
    let limit: Int
    var isJSON = true

    static let index = DocumentKind(name: "list of maps", limit: MapIndex.maximumBytes)
    /// Or a pointer to one.
    static let map = DocumentKind(name: "map", limit: MapDocument.maximumBytes)
    static let policy = DocumentKind(name: "safety policy", limit: SafetyPolicyDescriptor.maximumBytes)
    static let versionPolicy = DocumentKind(name: "version policy", limit: VersionPolicy.maximumBytes)
    static let models = DocumentKind(name: "list of models", limit: 1 << 20)
    static let dictionary = DocumentKind(
        name: "dictionary", limit: ZstdDictionary.maximumBytes, isJSON: false)
    static let rankTable = DocumentKind(name: "rank table", limit: RankTable.maximumBytes, isJSON: false)
}
