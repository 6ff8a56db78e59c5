internal import CZstd

/// Zstandard (RFC 8878): any number of frames, skippable ones too, with or without a dictionary.
final class ZstdDecoder: StreamDecoder {
    private let context: OpaquePointer
    /// Kept alive for as long as the context refers to its prepared form.
    private let dictionary: ZstdDictionary?
    /// What has come of a frame's header that is not there yet as a whole.
    private var header: [UInt8] = []
    private var isInsideFrame = false

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
        guard !isInsideFrame else { return decode(input, output) }
        let known = header + input.prefix(FrameHeader.maximumBytes - header.count)
        switch FrameHeader(known) {
        case .foreign: return DecoderStep(read: 0, written: 0, result: .failed(.corrupt))
        case .incomplete:
            header = known
            return DecoderStep(read: input.count, written: 0, result: .goesOn)
        case .complete(let size):
            isInsideFrame = true
            var step = known.prefix(size).withUnsafeBytes { decode($0, output) }
            step.read = max(0, step.read - header.count)
            header = []
            return step
        }
    }

    private func decode(
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
    func restart() -> Bool {
        isInsideFrame = false
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

/// What the first bytes of a frame are (RFC 8878 §3.1).
///
/// zstd gets a header by itself and in one piece: of one that comes in two, it may take the second for a frame of its
/// own, and of a frame that is there as a whole it looks at more than of one that comes in parts. And libraries may read
/// formats older than the RFC's, some with windows above any limit.
private enum FrameHeader {
    case incomplete
    /// Its length.
    case complete(Int)
    /// None of the RFC's.
    case foreign

    static let maximumBytes = 18

    init(_ bytes: [UInt8]) {
        guard bytes.count >= 4 else {
            self = .incomplete
            return
        }
        let magic = bytes[..<4].reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        let size: Int
        if magic & 0xFFFF_FFF0 == 0x184D_2A50 {
            size = 8
        } else if magic == 0xFD2F_B528 {
            guard bytes.count >= 5 else {
                self = .incomplete
                return
            }
            let isSingleSegment = bytes[4] & 0x20 != 0
            let content = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(bytes[4] >> 6)]
            size = 5 + (isSingleSegment ? 0 : 1) + [0, 1, 2, 4][Int(bytes[4] & 3)] + content
        } else {
            self = .foreign
            return
        }
        self = bytes.count >= size ? .complete(size) : .incomplete
    }
}
