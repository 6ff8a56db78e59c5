internal import CZstd

/// Zstandard (RFC 8878): one frame, made by one context, with or without a dictionary.
///
/// The frame names the dictionary's id where it has one, and holds no checksum: TCP and TLS check bytes.
public final class ZstdCompressor: StreamCompressor {
    private let context: OpaquePointer
    /// Kept alive for as long as the context refers to its prepared form.
    private let dictionary: ZstdDictionary?
    private var consumed = 0
    private var ended = false

    /// - Parameter use: chooses window, tables and effort.
    /// - Throws: `unavailable` when there is no memory for a context.
    public init(
        dictionary: ZstdDictionary? = nil, for use: CompressionUse = .document
    ) throws(CompressionError) {
        guard let context = ZSTD_createCCtx() else { throw CompressionError(.unavailable, offset: 0) }
        self.context = context
        self.dictionary = dictionary
        var results: [Int] = []
        let parameters = ZstdParameters(for: use, dictionarySize: dictionary?.bytes.count ?? 0)
        for (parameter, value) in parameters.values {
            results.append(ZSTD_CCtx_setParameter(context, parameter, Int32(value)))
        }
        if let dictionary {
            guard let prepared = dictionary.compressionForm(for: use) else {
                throw CompressionError(.unavailable, offset: 0)
            }
            results.append(ZSTD_CCtx_refCDict(context, prepared))
        }
        guard !results.contains(where: { ZSTD_isError($0) != 0 }) else {
            throw CompressionError(.unavailable, offset: 0)
        }
    }

    deinit { ZSTD_freeCCtx(context) }

    public func compress(
        _ bytes: UnsafeRawBufferPointer, flush: CompressionFlush, into output: inout [UInt8]
    ) throws(CompressionError) {
        guard !ended else { throw CompressionError(.ended, offset: consumed) }
        let operation =
            switch flush {
            case .none: ZSTD_e_continue
            case .sync: ZSTD_e_flush
            case .finish: ZSTD_e_end
            }
        ended = flush == .finish
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while true {
            let before = input.pos
            let (left, _) = StepBuffer.append(to: &output, forInput: bytes.count) { room in
                var out = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
                let left = ZSTD_compressStream2(context, &out, &input, operation)
                return (out.pos, left)
            }
            consumed += input.pos - before
            guard ZSTD_isError(left) == 0 else { throw CompressionError(.unavailable, offset: consumed) }
            // When flushing, the result is what is still held back; otherwise only the input counts.
            if input.pos == input.size && (left == 0 || flush == .none) { return }
        }
    }
}
