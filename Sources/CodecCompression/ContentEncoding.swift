/// How a body's bytes are coded: the value of `Content-Encoding` (spec §5).
///
/// An open set: a value that is not known here is kept, and has no codec.
public struct ContentEncoding: RawRepresentable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The bytes as they are.
    public static let identity = ContentEncoding(rawValue: "identity")
    public static let gzip = ContentEncoding(rawValue: "gzip")

    /// Reads one token of a header: letter case does not matter, `x-gzip` is gzip (RFC 9110 §8.4.1).
    public init(headerValue: String) {
        let name = headerValue.lowercased()
        self.init(rawValue: name == "x-gzip" ? "gzip" : name)
    }

    /// A compressor for one body; nil for identity and for encodings without one.
    /// - Throws: `unavailable`.
    public func makeCompressor() throws(CompressionError) -> (any StreamCompressor)? {
        self == .gzip ? try GzipCompressor() : nil
    }

    /// A decompressor for one body; nil for identity and for encodings without one.
    /// - Throws: `unavailable`.
    public func makeDecompressor(
        limits: DecompressionLimits = .init()
    ) throws(CompressionError) -> (any StreamDecompressor)? {
        self == .gzip ? try GzipDecompressor(limits: limits) : nil
    }
}
