internal import CBrotli

/// Brotli (RFC 7932): one stream, made by one context.
public final class BrotliCompressor: StreamCompressor {
    private let state: OpaquePointer
    private var consumed = 0
    private var ended = false

    /// - Parameter use: chooses the window.
    /// - Throws: `unavailable` when there is no memory for a context.
    public init(for use: CompressionUse = .document) throws(CompressionError) {
        guard let state = BrotliEncoderCreateInstance(nil, nil, nil) else {
            throw CompressionError(.unavailable, offset: 0)
        }
        self.state = state
        // Below 5, streams of short frames hardly shrink; above, they gain nothing. Documents of some kilobytes gain
        // half a percent at 9, in thirty times the time. 5 has tables of a fixed size, most of the 290 KB that a
        // stream holds: no smaller window gives any of it back.
        BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, 5)
        BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, use == .stream ? 14 : 20)
    }

    deinit { BrotliEncoderDestroyInstance(state) }

    public func compress(
        _ bytes: UnsafeRawBufferPointer, flush: CompressionFlush, into output: inout [UInt8]
    ) throws(CompressionError) {
        guard !ended else { throw CompressionError(.ended, offset: consumed) }
        let operation =
            switch flush {
            case .none: BROTLI_OPERATION_PROCESS
            case .sync: BROTLI_OPERATION_FLUSH
            case .finish: BROTLI_OPERATION_FINISH
            }
        ended = flush == .finish
        var input = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var left = bytes.count
        repeat {
            var room = 0
            guard BrotliEncoderCompressStream(state, operation, &left, &input, &room, nil, nil) != 0 else {
                throw CompressionError(.unavailable, offset: consumed)
            }
            var count = 0
            if let taken = BrotliEncoderTakeOutput(state, &count) {
                output.append(contentsOf: UnsafeBufferPointer(start: taken, count: count))
            }
        } while left > 0 || BrotliEncoderHasMoreOutput(state) != 0
        consumed += bytes.count
    }
}
