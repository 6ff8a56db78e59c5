/// Bytes that stay where they are for as long as this object lives: what a vocabulary's tables lie in.
///
/// A subclass owns the bytes and frees them when it goes: a mapped file does so elsewhere.
open class VocabularyMemory: @unchecked Sendable {
    public let bytes: UnsafeRawBufferPointer

    /// - Parameter bytes: aligned to eight; nobody writes them from here on.
    public init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }
}

/// Memory that the tables of a vocabulary are compiled into.
final class AllocatedVocabularyMemory: VocabularyMemory, @unchecked Sendable {
    let start: UnsafeMutableRawPointer

    init(byteCount: Int) {
        start = .allocate(byteCount: byteCount, alignment: 64)
        super.init(UnsafeRawBufferPointer(start: start, count: byteCount))
    }

    deinit {
        start.deallocate()
    }
}
