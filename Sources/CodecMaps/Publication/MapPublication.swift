internal import CodecCompression
internal import CodecCore

/// The files by which maps are found under an origin (spec §11): pointers by id, the documents by their hash,
/// and an index of all.
///
/// The documents' paths hold their hash, so they can be served as immutable; pointers and index change.
public struct MapPublication: Sendable {
    public struct File: Sendable, Equatable {
        /// Relative, with `/` between components; none of them is empty, `.` or `..`.
        public var path: String
        public var bytes: [UInt8]
    }

    /// In the order in which they should be written: what points comes after what it points to.
    public let files: [File]

    /// - Parameter baseURL: where the files' folder will be: an absolute https URL, or http of a loopback host.
    /// - Throws: `invalidField` for an id that cannot be a path, two maps of one id, or another kind of URL.
    public init(_ maps: [TokenizerMap], baseURL: String) throws(MapError) {
        let base = try Self.base(baseURL)
        let maps = maps.sorted { $0.id < $1.id }
        var documents: [File] = []
        var pointers: [File] = []
        var index = JSONWriter()
        var entries: [(id: String, url: String, hash: ContentHash, publishedAt: String?)] = []
        for map in maps {
            let path = "maps/sha256/\(map.hash.hex).json"
            let publishedAt = map.facts.publishedAt
            if !documents.contains(where: { $0.path == path }) {
                documents.append(File(path: path, bytes: try map.documentBytes()))
            }
            let entry = (map.id, "\(base)/\(path)", map.hash, publishedAt)
            var pointer = JSONWriter()
            Self.write(entry, &pointer)
            pointer.newline()
            pointers.append(File(path: try Self.pointerPath(map.id), bytes: pointer.bytes))
            entries.append(entry)
        }
        try Self.refuseConflicts(pointers.map(\.path))
        index.object { json in
            json.key("codec_version")
            json.string("0.2")
            json.key("maps")
            json.array { json in
                for entry in entries { Self.write(entry, &json) }
            }
        }
        index.newline()
        files = documents + pointers + [File(path: "\(Self.root)/index.json", bytes: index.bytes)]
    }

    private static let root = ".well-known/codec"

    private static func write(
        _ entry: (id: String, url: String, hash: ContentHash, publishedAt: String?), _ json: inout JSONWriter
    ) {
        json.object { json in
            json.key("id")
            json.string(entry.id)
            json.key("url")
            json.string(entry.url)
            json.key("hash")
            json.string(entry.hash.description)
            if let time = entry.publishedAt {
                json.key("published_at")
                json.string(time)
            }
        }
    }

    private static func pointerPath(_ id: String) throws(MapError) -> String {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        guard MapDocument.isValidID(id), parts.allSatisfy({ !$0.isEmpty && $0 != "." }) else {
            throw MapError(.invalidField, field: "id", "\"\(id)\" cannot be a path")
        }
        return "\(root)/maps/\(id).json"
    }

    /// No file is another one, or the folder of one.
    private static func refuseConflicts(_ paths: [String]) throws(MapError) {
        var known: Set<String> = []
        for path in paths where !known.insert(path).inserted {
            throw MapError(.invalidField, field: "id", "two maps have the pointer \(path)")
        }
        for path in paths {
            for slash in path.indices where path[slash] == "/" && known.contains(String(path[..<slash])) {
                throw MapError(
                    .invalidField, field: "id", "\(path[..<slash]) is a map's pointer and a folder of others")
            }
        }
    }

    /// The URL without slashes at its end.
    private static func base(_ url: String) throws(MapError) -> String {
        let secure = url.hasPrefix("https://")
        let rest = url.dropFirst(secure ? 8 : 7)
        let authority = rest.prefix { $0 != "/" }
        // Nothing that would make the host another than it looks.
        let isPlain = url.utf8.allSatisfy {
            (0x21...0x7E).contains($0) && !"\"<>\\^`{|}@?#".utf8.contains($0)
        }
        let host =
            authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        let isLoopback = host == "localhost" || host == "127.0.0.1" || host == "[::1]"
        guard isPlain, !host.isEmpty, secure || (url.hasPrefix("http://") && isLoopback) else {
            throw MapError(
                .invalidField, field: "base URL",
                "must be an absolute https URL without user, query and fragment (http only for a loopback host)"
            )
        }
        return String(url.reversed().drop { $0 == "/" }.reversed())
    }
}
