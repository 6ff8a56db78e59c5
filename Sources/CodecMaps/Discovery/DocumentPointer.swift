public import CodecCompression

/// Where an immutable document lies, and the hash that it must have (spec §11).
public struct DocumentPointer: Sendable, Equatable {
    /// Pointers are at most so long; what is longer is the document itself.
    public static let maximumBytes = 64 << 10

    public var id: String
    public var url: DocumentURL
    public var hash: ContentHash
    /// A time as RFC 3339 writes it; not checked.
    public var publishedAt: String?

    public init(id: String, url: DocumentURL, hash: ContentHash, publishedAt: String? = nil) {
        self.id = id
        self.url = url
        self.hash = hash
        self.publishedAt = publishedAt
    }

    /// - Throws: `malformed`, `invalidField` or `tooLarge`, with field and byte offset where there are any.
    public init(parsing bytes: [UInt8]) throws(MapError) {
        self = try MapFieldReader.read(bytes, upTo: Self.maximumBytes) { (reader) throws(MapError) in
            try reader.pointer(nil)
        }
    }

    /// The document, as it is served.
    public func bytes() -> [UInt8] {
        var json = JSONWriter()
        write(&json)
        json.newline()
        return json.bytes
    }

    func write(_ json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("url", url.text)
            json.member("hash", hash.description)
            json.member("published_at", publishedAt)
        }
    }
}

/// A pointer to a tokenizer map.
public typealias MapPointer = DocumentPointer

/// What stands at the path of a map's id: the map, or a pointer to it.
public enum MapAnswer: Sendable, Equatable {
    /// The bytes are a map's.
    case inline
    case pointer(MapPointer)

    /// Tells one from the other; a map is not read further.
    /// - Throws: `malformed` or `invalidField` when the bytes are neither.
    public init(parsing bytes: [UInt8]) throws(MapError) {
        guard bytes.count <= MapPointer.maximumBytes else {
            self = .inline
            return
        }
        self =
            try MapFieldReader.isObject(bytes, withAnyOf: ["vocab", "tokens"])
            ? .inline : .pointer(try MapPointer(parsing: bytes))
    }
}

extension MapFieldReader {
    /// - Parameter object: the field whose value the pointer is.
    mutating func pointer(_ object: String?) throws(MapError) -> DocumentPointer {
        enum Name: String {
            case id, url, hash
            case publishedAt = "published_at"
        }
        var (id, url): (String?, DocumentURL?)
        var hash: ContentHash?
        var publishedAt: String?
        try fields(of: object) { (reader, name: Name, field) throws(MapError) in
            switch name {
            case .id:
                let text = try reader.string(field)
                guard MapDocument.isValidID(text) else {
                    throw reader.invalid(field, MapDocument.invalidID.reason)
                }
                id = text
            case .url: url = try reader.url(field)
            case .hash: hash = try reader.hash(field)
            case .publishedAt: publishedAt = try reader.string(field)
            }
        }
        return DocumentPointer(
            id: try required(id, "id", of: object), url: try required(url, "url", of: object),
            hash: try required(hash, "hash", of: object), publishedAt: publishedAt)
    }

    /// Whether bytes are an object with a member of one of these names.
    static func isObject(_ bytes: [UInt8], withAnyOf names: Set<String>) throws(MapError) -> Bool {
        try read(bytes, upTo: bytes.count) { (reader) throws(MapError) in
            var found = false
            try reader.members(of: nil) { (_, name) throws(MapError) in
                if names.contains(name) { found = true }
            }
            return found
        }
    }
}
