/// Why bytes cannot be compressed or decompressed.
public struct CompressionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// An open set; `rawValue` is bounded and fit for a metric's label.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The bytes are not in the format, or their checksum is wrong.
        public static let corrupt = Code(rawValue: "corrupt")
        /// The bytes end before the stream does.
        public static let truncated = Code(rawValue: "truncated")
        /// The output passes the limit on its size.
        public static let outputTooLarge = Code(rawValue: "output_too_large")
        /// The output grows faster than the limit on its ratio to the input allows.
        public static let ratioTooHigh = Code(rawValue: "ratio_too_high")
        /// Decompressing takes longer than allowed.
        public static let tookTooLong = Code(rawValue: "took_too_long")
        /// The stream asks for more memory than allowed.
        public static let windowTooLarge = Code(rawValue: "window_too_large")
        /// The stream was made with a dictionary, and with another one than the one given, if any was.
        public static let wrongDictionary = Code(rawValue: "wrong_dictionary")
        /// Bytes were given to a compressor after its end, or to a decompressor that has failed.
        public static let ended = Code(rawValue: "ended")
        /// The library could not set up a context: no memory.
        public static let unavailable = Code(rawValue: "unavailable")
    }

    public var code: Code
    /// Bytes of input that were taken before the error.
    public var offset: Int

    public init(_ code: Code, offset: Int) {
        self.code = code
        self.offset = offset
    }

    public var description: String {
        let what =
            switch code {
            case .corrupt: "the compressed data is damaged"
            case .truncated: "the compressed data ends too early"
            case .outputTooLarge: "the data is larger than allowed once decompressed"
            case .ratioTooHigh: "the data expands more than allowed"
            case .tookTooLong: "decompressing takes longer than allowed"
            case .windowTooLarge: "the compressed data asks for more memory than allowed"
            case .wrongDictionary: "the data was compressed with a dictionary that is not the one given"
            case .ended: "the stream has ended already"
            case .unavailable: "no compression context could be made"
            default: code.rawValue
            }
        return "\(what) (at byte \(offset))"
    }
}
