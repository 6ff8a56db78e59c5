internal import CZlib

/// gzip (RFC 1952) over zlib: one member, made by one context. The same bytes and flushes at the same
/// level give the same output: the header holds no time.
///
/// A sync flush ends the block and adds an empty one of 10 bits, as zlib's partial flush does, instead of five
/// bytes: a reader has all bits of what was given, though the last few of the empty block come later.
public final class GzipCompressor: StreamCompressor {
    private let zlib: ZlibStream
    private var consumed = 0
    private var ended = false

    /// - Parameters:
    ///   - level: 0 (stored) to 9 (smallest); anything outside is taken as the nearest.
    ///   - use: chooses the window: 8 KiB for a stream, which then takes 70 KB of memory, else 32 KiB.
    /// - Throws: `unavailable` when there is no memory for a context.
    public init(level: Int = 6, for use: CompressionUse = .document) throws(CompressionError) {
        let (windowBits, memoryLevel): (Int32, Int32) = use == .stream ? (13, 6) : (MAX_WBITS, 8)
        zlib = try ZlibStream(end: deflateEnd) { stream in
            // 16 more than the window's bits asks for gzip's header and trailer.
            deflateInit2_(
                stream, Int32(min(max(level, 0), 9)), Z_DEFLATED, windowBits + 16, memoryLevel,
                Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        }
    }

    public func compress(
        _ bytes: UnsafeRawBufferPointer, flush: CompressionFlush, into output: inout [UInt8]
    ) throws(CompressionError) {
        guard !ended else { throw CompressionError(.ended, offset: consumed) }
        let mode =
            switch flush {
            case .none: Z_NO_FLUSH
            case .sync: Z_PARTIAL_FLUSH
            case .finish: Z_FINISH
            }
        ended = flush == .finish
        var rest = bytes
        while true {
            let ((read, status), wasFilled) = StepBuffer.append(to: &output, forInput: rest.count) { room in
                let step = zlib.step(rest, room) { deflate($0, mode) }
                return (step.written, (step.read, step.status))
            }
            consumed += read
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(read))
            guard status == Z_OK || status == Z_BUF_ERROR || status == Z_STREAM_END else {
                throw CompressionError(.corrupt, offset: consumed)
            }
            // zlib is done once it leaves room in the output, or has written its end.
            if status == Z_STREAM_END || (!wasFilled && rest.isEmpty) { return }
        }
    }
}
