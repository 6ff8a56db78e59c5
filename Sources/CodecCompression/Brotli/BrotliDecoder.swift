internal import CBrotli

/// Brotli (RFC 7932): one stream. Its window is at most 16 MiB, taken as the output grows.
final class BrotliDecoder: StreamDecoder {
    private let state: OpaquePointer

    /// - Throws: `unavailable` when there is no memory for a context.
    init() throws(CompressionError) {
        guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else {
            throw CompressionError(.unavailable, offset: 0)
        }
        self.state = state
    }

    deinit { BrotliDecoderDestroyInstance(state) }

    func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) -> DecoderStep {
        var next = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var left = input.count
        var to = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var room = output.count
        let status = BrotliDecoderDecompressStream(state, &left, &next, &room, &to, nil)
        let result: DecoderStep.Result =
            switch status {
            case BROTLI_DECODER_RESULT_SUCCESS: .ended
            case BROTLI_DECODER_RESULT_ERROR: .failed(.corrupt)
            default: .goesOn
            }
        return DecoderStep(read: input.count - left, written: output.count - room, result: result)
    }

    func restart() -> Bool { false }
}
