/// How far a decompressor trusts its input.
public struct DecompressionLimits: Sendable, Equatable {
    /// Bytes that may come out in all.
    public var outputBytes: Int
    /// Bytes that may come out for each byte of input, once `ratioSlack` bytes came out.
    public var ratio: Int
    /// Output below which the ratio does not matter: a short run of one byte is no attack.
    public var ratioSlack: Int

    /// The defaults are those for a request's body (spec §18).
    public init(outputBytes: Int = 256 << 20, ratio: Int = 1000, ratioSlack: Int = 1 << 20) {
        self.outputBytes = outputBytes
        self.ratio = ratio
        self.ratioSlack = ratioSlack
    }

    /// What is wrong after `produced` bytes came out of `consumed`; nil when nothing is.
    func violation(consumed: Int, produced: Int) -> CompressionError.Code? {
        if produced > outputBytes { return .outputTooLarge }
        guard produced > ratioSlack else { return nil }
        let (allowed, overflow) = max(consumed, 1).multipliedReportingOverflow(by: ratio)
        return !overflow && produced > allowed ? .ratioTooHigh : nil
    }
}

/// Decompresses one body, as a stream cut anywhere.
///
/// Not `Sendable`: one task at a time uses it.
public protocol StreamDecompressor: AnyObject {
    /// Takes all of `bytes` and appends everything that can be had from them.
    ///
    /// On an error `output` holds what came before it, within the limits.
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
