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
    /// RFC 1952.
    public static let gzip = ContentEncoding(rawValue: "gzip")
    /// Brotli, RFC 7932.
    public static let br = ContentEncoding(rawValue: "br")
    /// Zstandard, RFC 8878.
    public static let zstd = ContentEncoding(rawValue: "zstd")

    /// Reads one token of a header: letter case does not matter, `x-gzip` is gzip (RFC 9110 §8.4.1).
    public init(headerValue: String) {
        let name = headerValue.lowercased()
        self.init(rawValue: name == "x-gzip" ? "gzip" : name)
    }

    /// A compressor for one body; nil for identity and for encodings without one.
    /// - Parameter dictionary: what zstd starts from; the other encodings have no use for it.
    /// - Throws: `unavailable`.
    public func makeCompressor(
        dictionary: ZstdDictionary? = nil, for use: CompressionUse = .stream
    ) throws(CompressionError) -> (any StreamCompressor)? {
        switch self {
        case .gzip: try GzipCompressor(for: use)
        case .br: try BrotliCompressor(for: use)
        case .zstd: try ZstdCompressor(dictionary: dictionary, for: use)
        default: nil
        }
    }

    /// A decompressor for one body; nil for identity and for encodings without one.
    /// - Parameters:
    ///   - dictionary: the one that a zstd stream was made with; a stream made without any is read too.
    ///   - now: what the time of work is measured with.
    /// - Throws: `unavailable`.
    public func makeDecompressor(
        limits: DecompressionLimits = .init(), dictionary: ZstdDictionary? = nil,
        now: @escaping WorkClock = monotonicTime
    ) throws(CompressionError) -> (any StreamDecompressor)? {
        switch self {
        case .gzip: LimitedDecompressor(try GzipDecoder(), limits: limits, now: now)
        case .br: LimitedDecompressor(try BrotliDecoder(), limits: limits, now: now)
        case .zstd:
            LimitedDecompressor(
                try ZstdDecoder(dictionary: dictionary, windowLog: limits.windowLog), limits: limits, now: now
            )
        default: nil
        }
    }
}
