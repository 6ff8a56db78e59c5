internal import CodecCompression

extension MapFieldReader {
    /// Reads a document of at most `limit` bytes, whose value `body` reads.
    static func read<Result>(
        _ bytes: [UInt8], upTo limit: Int, _ body: (inout MapFieldReader) throws(MapError) -> Result
    ) throws(MapError) -> Result {
        guard bytes.count <= limit else {
            throw MapError(.tooLarge, "the document is longer than \(limit) bytes")
        }
        return try bytes.withUnsafeBufferPointer { (bytes) throws(MapError) in
            var reader = MapFieldReader(bytes)
            try reader.advance()
            let result = try body(&reader)
            try reader.advance()
            return result
        }
    }

    /// Whether an object may have members that are not known.
    enum UnknownFields { case skipped, refused }

    /// Calls `body` for each known member of an object, with the member's value as the token. `null` is as good
    /// as absent, and no name occurs twice.
    mutating func fields<Name: RawRepresentable<String> & Hashable>(
        of object: String?, unknown: UnknownFields = .skipped,
        _ body: (inout MapFieldReader, _ name: Name, _ field: String) throws(MapError) -> Void
    ) throws(MapError) {
        var seen: Set<Name> = []
        try members(of: object) { (reader, key) throws(MapError) in
            let field = Self.path(object, key)
            guard let name = Name(rawValue: key) else {
                if unknown == .refused { throw reader.invalid(field, "is not known") }
                return
            }
            guard seen.insert(name).inserted else { throw reader.invalid(field, "occurs twice") }
            if reader.token != .null { try body(&reader, name, field) }
        }
    }

    func required<Value>(_ value: Value?, _ name: String, of object: String? = nil) throws(MapError) -> Value
    {
        guard let value else { throw invalid(Self.path(object, name), "is missing") }
        return value
    }

    func hash(_ field: String) throws(MapError) -> ContentHash {
        guard let hash = ContentHash(try string(field)) else {
            throw invalid(field, "must be sha256: and 64 lowercase hex digits")
        }
        return hash
    }

    func url(_ field: String) throws(MapError) -> DocumentURL {
        do {
            return try DocumentURL(try string(field), field: field)
        } catch {
            throw invalid(field, error.reason)
        }
    }

    private static func path(_ object: String?, _ name: String) -> String {
        object.map { "\($0).\(name)" } ?? name
    }
}
