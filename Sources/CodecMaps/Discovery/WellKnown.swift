public import CodecCompression

/// Where documents are found under any origin (spec §11): absolute paths.
///
/// Ids are checked here, before they are a part of any path. Names that are hashes need no check.
public enum WellKnown {
    public static let root = "/.well-known/codec"
    public static let index = root + "/index.json"
    public static let versionPolicy = root + "/version-policy.json"

    /// The map of that id, or a pointer to it.
    /// - Throws: `invalidField` for an id that is none, or cannot be a path.
    public static func map(_ id: String) throws(MapError) -> String {
        "\(root)/maps/\(try pathID(id)).json"
    }

    /// The latent-space map of that id, or a pointer to it.
    /// - Throws: `invalidField` for an id that is none, or cannot be a path.
    public static func latentMap(_ id: String) throws(MapError) -> String {
        "\(root)/latents/\(try pathID(id)).json"
    }

    /// The safety policy of that id, or a pointer to it.
    /// - Throws: `invalidField` for an id that is none, cannot be a path, or has the path of a hash.
    public static func policy(_ id: String) throws(MapError) -> String {
        let id = try pathID(id)
        guard !id.utf8.starts(with: "sha256/".utf8) else {
            throw MapError(.invalidField, field: "id", "\"\(id)\" has a path that belongs to hashes")
        }
        return "\(root)/policies/\(id).json"
    }

    /// The safety policy of that hash: immutable.
    public static func policy(_ hash: ContentHash) -> String { "\(root)/policies/sha256/\(hash.hex).json" }

    /// The dictionary of that hash: immutable.
    public static func dictionary(_ hash: ContentHash) -> String { "\(root)/dicts/\(hash.hex).zstd" }

    /// The rank table of that hash: immutable.
    public static func rankTable(_ hash: ContentHash) -> String { "\(root)/rank-tables/\(hash.hex).bin" }

    /// A path's last component may have at most 255 bytes on common file systems.
    private static let maximumIDBytes = 240

    /// An id whose components are names of files on every host.
    private static func pathID(_ id: String) throws(MapError) -> String {
        guard MapDocument.isValidID(id) else { throw MapDocument.invalidID }
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        guard id.utf8.count <= maximumIDBytes, parts.allSatisfy({ !$0.isEmpty && $0 != "." }) else {
            throw MapError(.invalidField, field: "id", "\"\(id)\" cannot be a path")
        }
        return id
    }
}
