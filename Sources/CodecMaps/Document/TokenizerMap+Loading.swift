extension TokenizerMap {
    /// Loads a map from a file: a document (`.json`), a gzipped one (`.json.gz`), or any of the files that
    /// maps are made from (see `MapConversion`). What it is shows in its content; the name does not matter.
    ///
    /// - Parameters:
    ///   - path: may end in `#sha256:<hex>`, the hash that the map must have. It is the hash of the uncompressed
    ///     document; for a model's own file, of the document made from it.
    ///   - cache: where compiled maps are kept; nil to compile anew. Corrected ones only are kept.
    ///   - corrections: whether a published map that is known to be wrong is put right.
    /// - Throws: `notFound`, `unreadable`, `tooLarge`, `hashMismatch`, or what the document's reader throws.
    public static func load(
        path: String, cache: CompiledMapCache? = nil, corrections: Corrections = .applied
    ) throws(MapError) -> TokenizerMap {
        let reference = try MapReference(path)
        let path = reference.location
        let cache = corrections == .applied ? cache : nil
        if let map = cache?.open(path: path) {
            if let expected = reference.hash { try expected.verify(map.hash) }
            return map
        }
        // Taken before the files are read: if they change meanwhile, what is kept will not be taken for theirs.
        let identity = SourceIdentity(path: path)
        let map: TokenizerMap
        if let bytes = try MapConversion.documentFile(path: path) {
            map = try TokenizerMap(parsing: bytes, expecting: reference.hash, corrections: corrections)
        } else {
            map = try TokenizerMap(MapConversion(path: path).document)
            if let expected = reference.hash { try expected.verify(map.hash) }
        }
        if let identity { cache?.store(map, path: path, identity) }
        return map
    }

    /// The bytes of the document in a file, or of the one made from it.
    static func documentBytes(path: String) throws(MapError) -> [UInt8] {
        if let bytes = try MapConversion.documentFile(path: path) { return bytes }
        return try MapConversion(path: path).document.canonicalBytes()
    }
}

extension MapConversion {
    /// The content of a file, unpacked; nil when it is a model's own file and no document.
    fileprivate static func documentFile(path: String) throws(MapError) -> [UInt8]? {
        let file = try InputFile(path: path)
        guard try !file.isGGUF else { return nil }
        let bytes = try file.readUncompressed(atMost: MapDocument.maximumBytes)
        return SourceFormat(of: bytes) == nil ? bytes : nil
    }
}
