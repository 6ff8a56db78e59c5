internal import CodecCompression
internal import CodecCore

/// The files by which maps are found under an origin (spec §11): pointers by id, the documents by their hash,
/// and an index of all; dictionaries and rank tables by their hash.
///
/// Paths that hold a hash can be served as immutable; pointers and index change.
public struct MapPublication: Sendable {
    public struct File: Sendable, Equatable {
        /// Relative, with `/` between components; none of them is empty, `.` or `..`.
        public var path: String
        public var bytes: [UInt8]
    }

    /// In the order in which they should be written: what points comes after what it points to.
    public let files: [File]

    /// - Parameters:
    ///   - dictionaries: raw bytes of dictionaries for zstd.
    ///   - rankTables: bytes of rank tables of the compact format.
    ///   - baseURL: where the files' folder will be: an absolute https URL, or http of a loopback host.
    ///   - previous: the index that is there already. Its maps stay listed, but for those that are published anew.
    /// - Throws: `invalidField` for an id that cannot be a path, two maps of one id, or another kind of URL.
    public init(
        _ maps: [TokenizerMap], dictionaries: [[UInt8]] = [], rankTables: [[UInt8]] = [], baseURL: String,
        keeping previous: MapIndex? = nil
    ) throws(MapError) {
        let base = try Self.base(baseURL)
        var documents: [File] = []
        var pointers: [MapPointer] = []
        for map in maps.sorted(by: { $0.id < $1.id }) {
            let path = "maps/sha256/\(map.hash.hex).json"
            if !documents.contains(where: { $0.path == path }) {
                documents.append(File(path: path, bytes: try map.documentBytes()))
            }
            pointers.append(
                MapPointer(
                    id: map.id, url: try DocumentURL("\(base)/\(path)"), hash: map.hash,
                    publishedAt: map.facts.publishedAt))
        }
        let published = Set(pointers.map(\.id))
        let index = MapIndex(
            maps: (pointers + (previous?.maps ?? []).filter { !published.contains($0.id) }).sorted {
                $0.id < $1.id
            })
        try Self.refuseConflicts(index.maps)
        for pointer in pointers {
            documents.append(File(path: Self.path(try WellKnown.map(pointer.id)), bytes: pointer.bytes()))
        }
        let named =
            dictionaries.map { (WellKnown.dictionary(ContentHash(of: $0)), $0) }
            + rankTables.map { (WellKnown.rankTable(ContentHash(of: $0)), $0) }
        files =
            named.map { File(path: Self.path($0), bytes: $1) } + documents
            + [File(path: Self.path(WellKnown.index), bytes: index.bytes())]
    }

    /// A path under the folder.
    private static func path(_ absolute: String) -> String { String(absolute.dropFirst()) }

    /// No file is another one, or the folder of one.
    private static func refuseConflicts(_ pointers: [MapPointer]) throws(MapError) {
        var known: Set<String> = []
        for pointer in pointers where !known.insert(try WellKnown.map(pointer.id)).inserted {
            throw MapError(.invalidField, field: "id", "two maps have the id \(pointer.id)")
        }
        for path in known {
            for slash in path.indices where path[slash] == "/" && known.contains(String(path[..<slash])) {
                throw MapError(
                    .invalidField, field: "id", "\(path[..<slash]) is a map's pointer and a folder of others")
            }
        }
    }

    /// The URL without slashes at its end.
    private static func base(_ text: String) throws(MapError) -> String {
        guard let url = try? DocumentURL(text), url.isHTTPSOrLoopback,
            !text.utf8.contains(where: "@?#".utf8.contains)
        else {
            throw MapError(
                .invalidField, field: "base URL",
                "must be an absolute https URL without user, query and fragment (http only for a loopback host)"
            )
        }
        return String(text.reversed().drop { $0 == "/" }.reversed())
    }
}
