extension TokenizerMap {
    /// Loads a map from a file: a document (`.json`), a gzipped one (`.json.gz`), or any of the files that
    /// maps are made from (see `MapConversion`). What it is shows in its content; the name does not matter.
    ///
    /// - Parameter path: may end in `#sha256:<hex>`, the hash that the map must have. It is the hash of
    ///   the uncompressed document; for a model's own file, of the document made from it.
    /// - Throws: `notFound`, `unreadable`, `tooLarge`, `hashMismatch`, or what the document's reader throws.
    public static func load(path: String) throws(MapError) -> TokenizerMap {
        let reference = try MapReference(path)
        let file = try InputFile(path: reference.location)
        let bytes =
            try file.isGGUF ? nil : file.readUncompressed(atMost: MapDocument.maximumBytes)
        if let bytes, SourceFormat(of: bytes) == nil {
            return try TokenizerMap(parsing: bytes, expecting: reference.hash)
        }
        let map = try TokenizerMap(MapConversion(path: reference.location).document)
        if let expected = reference.hash { try expected.verify(map.hash) }
        return map
    }
}
