internal import CZlib

/// gzip (RFC 1952) over zlib: any number of members, one after another.
final class GzipDecoder: StreamDecoder {
    private let zlib: ZlibStream

    /// - Throws: `unavailable` when there is no memory for a context.
    init() throws(CompressionError) {
        zlib = try ZlibStream(end: inflateEnd) { stream in
            inflateInit2_(stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        }
    }

    func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) -> DecoderStep {
        let (read, written, status) = zlib.step(input, output) { inflate($0, Z_NO_FLUSH) }
        let result: DecoderStep.Result =
            switch status {
            // The latter says that there was no input, or no room, to go on with.
            case Z_OK, Z_BUF_ERROR: .goesOn
            case Z_STREAM_END: .ended
            case Z_MEM_ERROR: .failed(.unavailable)
            default: .failed(.corrupt)
            }
        return DecoderStep(read: read, written: written, result: result)
    }

    func restart() -> Bool { zlib.control(inflateReset) == Z_OK }
}

/// The bytes of a whole gzip file.
/// - Throws: `corrupt`, `truncated`, or a limit's code.
public func decompressGzip(
    _ bytes: [UInt8], limits: DecompressionLimits = .init()
) throws(CompressionError) -> [UInt8] {
    let decompressor = LimitedDecompressor(try GzipDecoder(), limits: limits)
    var output: [UInt8] = []
    try decompressor.decompress(bytes, into: &output)
    try decompressor.finish()
    return output
}
