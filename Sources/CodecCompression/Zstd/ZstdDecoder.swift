internal import CZstd

/// Zstandard (RFC 8878): any number of frames, skippable ones too, with or without a dictionary.
final class ZstdDecoder: StreamDecoder {
    private let context: OpaquePointer
    /// Kept alive for as long as the context refers to its prepared form.
    private let dictionary: ZstdDictionary?
    /// The bytes of the frame's magic number that have come.
    private var magic = FrameMagic()

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
        // Libraries may read formats older than the RFC's too, some with windows above any limit.
        guard magic.allows(input) else { return DecoderStep(read: 0, written: 0, result: .failed(.corrupt)) }
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
    func restart() -> Bool {
        magic = FrameMagic()
        return true
    }

    private func code(of status: Int) -> CompressionError.Code {
        switch ZSTD_getErrorCode(status) {
        case ZSTD_error_dictionary_wrong: .wrongDictionary
        case ZSTD_error_frameParameter_windowTooLarge: .windowTooLarge
        case ZSTD_error_memory_allocation: .unavailable
        default: .corrupt
        }
    }
}

/// The number that a frame begins with (RFC 8878 §3.1), while it comes.
private struct FrameMagic {
    private var value: UInt32 = 0
    private var count = 0

    /// Takes what is missing; false when a number is complete and is none of the RFC's.
    mutating func allows(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard count < 4 else { return true }
        for byte in bytes.prefix(4 - count) {
            value |= UInt32(byte) << UInt32(8 * count)
            count += 1
        }
        return count < 4 || value == 0xFD2F_B528 || value & 0xFFFF_FFF0 == 0x184D_2A50
    }
}
