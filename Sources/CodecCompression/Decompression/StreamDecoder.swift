/// One library's decoder of one format, without limits: it takes what it can and writes what it can.
protocol StreamDecoder: AnyObject {
    /// One call of the library. It writes all that can be had from the input unless the room is used up.
    func step(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> DecoderStep

    /// Makes ready for another stream behind the one that has ended.
    /// - Returns: false when the format knows no such thing.
    func restart() -> Bool
}

/// What one call of a decoder did.
struct DecoderStep {
    enum Result {
        case goesOn
        /// The stream ends after the bytes that were read.
        case ended
        case failed(CompressionError.Code)
    }

    /// Bytes of the input that were taken.
    var read: Int
    /// Bytes that were written to the output.
    var written: Int
    var result: Result
}
