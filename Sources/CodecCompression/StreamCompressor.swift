/// What a compressor does with the bytes that it still holds after a call.
public enum CompressionFlush: Sendable {
    /// Holds back what makes the output smaller.
    case none
    /// Everything given so far can be decompressed from what has come out. Costs some bytes.
    case sync
    /// Ends the stream.
    case finish
}

/// What a compressor is set up for.
public enum CompressionUse: Sendable {
    /// A body that is flushed often, one of very many at a time: small windows, and little time for a frame.
    case stream
    /// A body that is compressed at once, or in a few large parts.
    case document

    /// From so many ids a flush on, what zstd saves as a document (8 % of a completion of 512 ids) is worth its time:
    /// 0.2 microseconds an id.
    private static let leastIDsOfDocument = 64.0

    /// - Parameter idsPerFlush: ids that are sent at once, on average.
    public init(idsPerFlush: Double) {
        self = idsPerFlush < Self.leastIDsOfDocument ? .stream : .document
    }
}

/// Compresses one body with one context, as a stream.
///
/// Not `Sendable`: one task at a time uses it. Freeing it frees the context, ended or not.
public protocol StreamCompressor: AnyObject {
    /// Takes all of `bytes` and appends what comes out.
    /// - Throws: `ended` when called after `finish`.
    func compress(
        _ bytes: UnsafeRawBufferPointer, flush: CompressionFlush, into output: inout [UInt8]
    ) throws(CompressionError)
}

extension StreamCompressor {
    /// Takes all of `bytes` and appends what comes out.
    /// - Throws: `ended` when called after `finish`.
    public func compress(
        _ bytes: [UInt8], flush: CompressionFlush = .none, into output: inout [UInt8]
    ) throws(CompressionError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(CompressionError) in
            try compress(UnsafeRawBufferPointer(bytes), flush: flush, into: &output)
        }
    }
}
