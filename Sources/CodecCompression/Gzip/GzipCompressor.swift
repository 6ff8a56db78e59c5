internal import CZlib

/// gzip (RFC 1952) over zlib: one member, made by one context. The same bytes and flushes at the same
/// level give the same output: the header holds no time.
public final class GzipCompressor: StreamCompressor {
    private let zlib: ZlibStream
    private var ended = false

    /// - Parameter level: 0 (stored) to 9 (smallest); anything outside is taken as the nearest.
    /// - Throws: `unavailable` when there is no memory for a context.
    public init(level: Int = 6) throws(CompressionError) {
        zlib = try ZlibStream(end: deflateEnd) { stream in
            // 16 more than the window's bits asks for gzip's header and trailer.
            deflateInit2_(
                stream, Int32(min(max(level, 0), 9)), Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY,
                ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        }
    }

    public func compress(
        _ bytes: UnsafeRawBufferPointer, flush: CompressionFlush, into output: inout [UInt8]
    ) throws(CompressionError) {
        guard !ended else { throw CompressionError(.ended, offset: zlib.consumed) }
        let mode =
            switch flush {
            case .none: Z_NO_FLUSH
            case .sync: Z_SYNC_FLUSH
            case .finish: Z_FINISH
            }
        ended = flush == .finish
        var rest = bytes
        repeat {
            let isLastPart = rest.count <= ZlibStream.partSize
            // zlib is done with a part once it leaves room in the output, or has written its end.
            var more = true
            zlib.setInput(rest)
            while more {
                let status = zlib.step(into: &output) { deflate($0, isLastPart ? mode : Z_NO_FLUSH) }
                guard status == Z_OK || status == Z_BUF_ERROR || status == Z_STREAM_END else {
                    throw CompressionError(.corrupt, offset: zlib.consumed)
                }
                more = zlib.outputWasFilled && status != Z_STREAM_END
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(ZlibStream.partSize))
        } while !rest.isEmpty
    }
}
