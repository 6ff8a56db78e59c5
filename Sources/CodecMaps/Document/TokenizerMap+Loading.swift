extension TokenizerMap {
    /// Loads a map from a file: a document (`.json`), a gzipped one (`.json.gz`), or a GGUF model. What
    /// it is shows in its first bytes; the name does not matter.
    ///
    /// - Parameter path: may end in `#sha256:<hex>`, the hash that the map must have. It is the hash of
    ///   the uncompressed document; for a GGUF file, of the document made from it.
    /// - Throws: `notFound`, `unreadable`, `tooLarge`, `hashMismatch`, or what the document's reader throws.
    public static func load(path: String) throws(MapError) -> TokenizerMap {
        let reference = try MapReference(path)
        let file = try InputFile(path: reference.location)
        let start = try file.read(atMost: 4)
        if start.elementsEqual("GGUF".utf8) {
            let map = try TokenizerMap(MapDocument(GGUFFile(reading: file)))
            if let expected = reference.hash { try expected.verify(map.hash) }
            return map
        }
        let bytes = try file.readUncompressed(atMost: MapDocument.maximumBytes)
        return try TokenizerMap(parsing: bytes, expecting: reference.hash)
    }
}
