internal import CodecCompression
internal import NIOCore

/// The bytes of one write: plain ones go in, what goes on the wire comes out. Both sides keep their room
/// from write to write.
struct OutputBuffer {
    /// What was not taken yet.
    var plain: [UInt8] = []
    private var compressed: [UInt8] = []
    private let compressor: (any StreamCompressor)?

    init(_ coding: AnswerCoding) throws(CompressionError) {
        compressor = try coding.makeCompressor()
    }

    /// What is to be written now. It can be decompressed as far as it goes: whoever waits for an id does not
    /// wait for the compressor.
    mutating func take(isLast: Bool) throws(CompressionError) -> ByteBuffer {
        guard let compressor else {
            defer { plain.removeAll(keepingCapacity: true) }
            return ByteBuffer(bytes: plain)
        }
        guard !plain.isEmpty || isLast else { return ByteBuffer() }
        compressed.removeAll(keepingCapacity: true)
        try compressor.compress(plain, flush: isLast ? .finish : .sync, into: &compressed)
        plain.removeAll(keepingCapacity: true)
        return ByteBuffer(bytes: compressed)
    }
}
