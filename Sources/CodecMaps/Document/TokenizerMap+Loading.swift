internal import CodecCompression

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
        let limit = MapDocument.maximumBytes
        guard file.size <= limit else {
            throw MapError(.tooLarge, "\(reference.location) is larger than \(limit) bytes")
        }
        var bytes = try file.read(atMost: limit)
        if bytes.starts(with: [0x1F, 0x8B]) {
            do {
                bytes = try decompressGzip(bytes, limits: DecompressionLimits(outputBytes: limit))
            } catch {
                let tooLarge = error.code == .outputTooLarge || error.code == .ratioTooHigh
                throw MapError(tooLarge ? .tooLarge : .malformed, offset: error.offset, "gzip: \(error)")
            }
        }
        return try TokenizerMap(parsing: bytes, expecting: reference.hash)
    }
}
