/// Decompresses one body, as a stream cut anywhere.
///
/// Not `Sendable`: one task at a time uses it.
public protocol StreamDecompressor: AnyObject {
    /// Takes all of `bytes` and appends everything that can be had from them.
    ///
    /// On an error `output` holds what came before it, within the limits.
    /// - Throws: `corrupt`, a limit's code, or `wrongDictionary`; the same again after that.
    func decompress(
        _ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]
    ) throws(CompressionError)

    /// Says that the input is over.
    /// - Throws: `truncated` when the stream is not.
    func finish() throws(CompressionError)
}

extension StreamDecompressor {
    /// Takes all of `bytes` and appends everything that can be had from them.
    public func decompress(_ bytes: [UInt8], into output: inout [UInt8]) throws(CompressionError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(CompressionError) in
            try decompress(UnsafeRawBufferPointer(bytes), into: &output)
        }
    }
}
