internal import CZstd

/// Zstandard (RFC 8878): any number of frames, skippable ones too, with or without a dictionary.
final class ZstdDecoder: StreamDecoder {
    private let context: OpaquePointer
    /// Kept alive for as long as the context refers to its prepared form.
    private let dictionary: ZstdDictionary?

    /// - Parameter windowLog: the largest window that a frame may ask for; what zstd cannot take is brought
    ///   into its bounds.
    /// - Throws: `unavailable` when there is no memory for a context.
    init(dictionary: ZstdDictionary?, windowLog: Int) throws(CompressionError) {
        guard let context = ZSTD_createDCtx() else { throw CompressionError(.unavailable, offset: 0) }
        self.context = context
        self.dictionary = dictionary
        let bounds = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax)
        let limit = min(max(Int32(clamping: windowLog), bounds.lowerBound), bounds.upperBound)
        let results = [
            ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, limit),
            dictionary.map { ZSTD_DCtx_refDDict(context, $0.decompressionForm) } ?? 0,
        ]
        guard !results.contains(where: { ZSTD_isError($0) != 0 }) else {
            throw CompressionError(.unavailable, offset: 0)
        }
    }

    deinit { ZSTD_freeDCtx(context) }

    func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) -> DecoderStep {
        var from = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var to = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let status = ZSTD_decompressStream(context, &to, &from)
        let result: DecoderStep.Result =
            if ZSTD_isError(status) != 0 {
                .failed(code(of: status))
            } else {
                status == 0 ? .ended : .goesOn
            }
        return DecoderStep(read: from.pos, written: to.pos, result: result)
    }

    /// zstd begins the next frame by itself.
    func restart() -> Bool { true }

    private func code(of status: Int) -> CompressionError.Code {
        switch ZSTD_getErrorCode(status) {
        case ZSTD_error_dictionary_wrong: .wrongDictionary
        case ZSTD_error_frameParameter_windowTooLarge: .windowTooLarge
        case ZSTD_error_memory_allocation: .unavailable
        default: .corrupt
        }
    }
}
