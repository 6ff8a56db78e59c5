internal import CZlib

/// A `z_stream` at a fixed address, as zlib wants it, with an output buffer; freed with its owner.
final class ZlibStream {
    /// zlib counts input in 32 bits: longer input goes in parts of this size.
    static let partSize = 1 << 30
    private static let bufferSize = 32 << 10

    private let stream: UnsafeMutablePointer<z_stream>
    private let buffer: UnsafeMutablePointer<UInt8>
    private let end: (UnsafeMutablePointer<z_stream>) -> Int32
    /// Bytes of input taken so far.
    private(set) var consumed = 0

    init(
        end: @escaping (UnsafeMutablePointer<z_stream>) -> Int32,
        start: (UnsafeMutablePointer<z_stream>) -> Int32
    ) throws(CompressionError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        buffer = .allocate(capacity: Self.bufferSize)
        self.end = end
        // On failure deinit runs too: ending a stream that was never set up is refused without harm.
        guard start(stream) == Z_OK else { throw CompressionError(.unavailable, offset: 0) }
    }

    deinit {
        _ = end(stream)
        stream.deallocate()
        buffer.deallocate()
    }

    var hasInput: Bool { stream.pointee.avail_in > 0 }
    var outputWasFilled: Bool { stream.pointee.avail_out == 0 }

    /// Makes the first `partSize` bytes of `bytes` the input. They must stay where they are until the
    /// next call of this.
    func setInput(_ bytes: UnsafeRawBufferPointer) {
        // zlib never writes through `next_in`; its type only lacks the const.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(min(bytes.count, Self.partSize))
    }

    /// One call of zlib with an empty output buffer; what it wrote is appended.
    /// - Returns: zlib's status.
    func step(
        into output: inout [UInt8], _ body: (UnsafeMutablePointer<z_stream>) -> Int32
    ) -> Int32 {
        stream.pointee.next_out = buffer
        stream.pointee.avail_out = UInt32(Self.bufferSize)
        let before = stream.pointee.avail_in
        let status = body(stream)
        consumed += Int(before - stream.pointee.avail_in)
        output.append(
            contentsOf: UnsafeBufferPointer(
                start: buffer, count: Self.bufferSize - Int(stream.pointee.avail_out)))
        return status
    }

    /// Runs a call of zlib that neither reads nor writes, such as a reset.
    func control(_ body: (UnsafeMutablePointer<z_stream>) -> Int32) -> Int32 { body(stream) }
}
