internal import CZlib

/// A `z_stream` at a fixed address, as zlib wants it; freed with its owner.
final class ZlibStream {
    private let stream: UnsafeMutablePointer<z_stream>
    private let end: (UnsafeMutablePointer<z_stream>) -> Int32

    init(
        end: @escaping (UnsafeMutablePointer<z_stream>) -> Int32,
        start: (UnsafeMutablePointer<z_stream>) -> Int32
    ) throws(CompressionError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        self.end = end
        // On failure deinit runs too: ending a stream that was never set up is refused without harm.
        guard start(stream) == Z_OK else { throw CompressionError(.unavailable, offset: 0) }
    }

    deinit {
        _ = end(stream)
        stream.deallocate()
    }

    /// One call of zlib over at most 1 GiB of each, since it counts in 32 bits.
    func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer,
        _ body: (UnsafeMutablePointer<z_stream>) -> Int32
    ) -> (read: Int, written: Int, status: Int32) {
        let given = UInt32(min(input.count, 1 << 30))
        let room = UInt32(min(output.count, 1 << 30))
        // zlib never writes through `next_in`; its type only lacks the const.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = given
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = room
        let status = body(stream)
        return (Int(given - stream.pointee.avail_in), Int(room - stream.pointee.avail_out), status)
    }

    /// Runs a call of zlib that neither reads nor writes, such as a reset.
    func control(_ body: (UnsafeMutablePointer<z_stream>) -> Int32) -> Int32 { body(stream) }
}
