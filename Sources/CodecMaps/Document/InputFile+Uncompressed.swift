internal import CodecCompression

extension InputFile {
    /// Whether it begins as GGUF files do, of which only a part is ever read.
    var isGGUF: Bool {
        get throws(MapError) { try read(atMost: 4).elementsEqual("GGUF".utf8) }
    }

    /// The file's content; when it is gzip, what it unpacks to.
    /// - Throws: `tooLarge` when either is longer than `limit`, `malformed` for damaged gzip, `unreadable`.
    func readUncompressed(atMost limit: Int) throws(MapError) -> [UInt8] {
        guard size <= limit else { throw MapError(.tooLarge, "\(path) is larger than \(limit) bytes") }
        let bytes = try read(atMost: limit)
        guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
        do {
            return try decompressGzip(bytes, limits: DecompressionLimits(outputBytes: limit))
        } catch {
            let tooLarge = error.code == .outputTooLarge || error.code == .ratioTooHigh
            // The offset is in the compressed file, and part of the words.
            throw MapError(tooLarge ? .tooLarge : .malformed, "gzip: \(error)")
        }
    }
}
