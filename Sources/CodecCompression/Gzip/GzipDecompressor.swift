internal import CZlib

/// gzip (RFC 1952) over zlib: any number of members, one after another.
public final class GzipDecompressor: StreamDecompressor {
    private enum State {
        /// Before a member's first byte: the input may end here unless no member came yet.
        case between
        case inside
        case failed(CompressionError)
    }

    private let zlib: ZlibStream
    private let limits: DecompressionLimits
    private var state = State.between
    private var produced = 0
    private var members = 0

    /// - Throws: `unavailable` when there is no memory for a context.
    public init(limits: DecompressionLimits = .init()) throws(CompressionError) {
        self.limits = limits
        zlib = try ZlibStream(end: inflateEnd) { stream in
            inflateInit2_(stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        }
    }

    public func decompress(
        _ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]
    ) throws(CompressionError) {
        if case .failed(let error) = state { throw error }
        var rest = bytes
        while !rest.isEmpty {
            zlib.setInput(rest)
            while zlib.hasInput || (isInside && zlib.outputWasFilled) { try step(into: &output) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(ZlibStream.partSize))
        }
    }

    public func finish() throws(CompressionError) {
        switch state {
        case .failed(let error): throw error
        case .between where members > 0: return
        case .between, .inside: throw CompressionError(.truncated, offset: zlib.consumed)
        }
    }

    private var isInside: Bool {
        if case .inside = state { true } else { false }
    }

    private func step(into output: inout [UInt8]) throws(CompressionError) {
        if case .between = state {
            guard members == 0 || zlib.control(inflateReset) == Z_OK else { throw fail(.corrupt) }
            state = .inside
        }
        let before = output.count
        let status = zlib.step(into: &output) { inflate($0, Z_NO_FLUSH) }
        produced += output.count - before
        if let code = limits.violation(consumed: zlib.consumed, produced: produced) {
            output.removeLast(output.count - before)
            throw fail(code)
        }
        switch status {
        case Z_OK: break
        // No input was left to go on with, which is no error.
        case Z_BUF_ERROR where !zlib.hasInput: break
        case Z_STREAM_END:
            members += 1
            state = .between
        case Z_MEM_ERROR: throw fail(.unavailable)
        default: throw fail(.corrupt)
        }
    }

    private func fail(_ code: CompressionError.Code) -> CompressionError {
        let error = CompressionError(code, offset: zlib.consumed)
        state = .failed(error)
        return error
    }
}

/// The bytes of a whole gzip file.
/// - Throws: `corrupt`, `truncated`, or a limit's code.
public func decompressGzip(
    _ bytes: [UInt8], limits: DecompressionLimits = .init()
) throws(CompressionError) -> [UInt8] {
    let decompressor = try GzipDecompressor(limits: limits)
    var output: [UInt8] = []
    try decompressor.decompress(bytes, into: &output)
    try decompressor.finish()
    return output
}
