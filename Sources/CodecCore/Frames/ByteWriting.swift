/// Room on the stack that bytes are written into before they go to an array at once: growing an array byte by byte
/// costs more than the bytes.
struct ByteScratch {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    fileprivate init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    fileprivate var written: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: memory.baseAddress?.assumingMemoryBound(to: UInt8.self), count: count)
    }

    /// Writes a big-endian integer. The scratch must have been asked for with room for it.
    @inline(__always)
    mutating func write<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
        memory.storeBytes(of: value.bigEndian, toByteOffset: count, as: T.self)
        count &+= MemoryLayout<T>.size
    }

    /// Writes the `size` low bytes of `word`, the lowest first. The scratch must have room for all four.
    @inline(__always)
    mutating func writeLow(_ word: UInt32, count size: Int) {
        memory.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt32.self)
        count &+= size
    }
}

extension [UInt8] {
    /// Appends what `body` writes, at most `room` bytes.
    @inline(__always)
    mutating func append(room: Int, _ body: (inout ByteScratch) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: room, alignment: 8) { memory in
            var scratch = ByteScratch(memory)
            body(&scratch)
            append(contentsOf: scratch.written)
        }
    }

    /// Hands the ids over in blocks that fit the stack.
    @inline(__always)
    mutating func appendBlocks(
        of ids: [TokenID], room roomPerID: Int,
        _ body: (UnsafeBufferPointer<TokenID>, inout ByteScratch) -> Void
    ) {
        let blockSize = 128
        ids.withUnsafeBufferPointer { ids in
            var start = 0
            while start < ids.count {
                let end = Swift.min(start &+ blockSize, ids.count)
                let block = UnsafeBufferPointer(rebasing: ids[start..<end])
                append(room: roomPerID &* block.count) { body(block, &$0) }
                start = end
            }
        }
    }
}
