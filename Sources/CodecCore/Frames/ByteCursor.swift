/// A place in bytes that are being read, and the only code of the readers that touches memory unchecked: every
/// read compares with `end` first.
struct ByteCursor {
    private let bytes: UnsafeRawBufferPointer
    /// Offset in the stream of the first of `bytes`.
    private let origin: UInt64
    private(set) var position: Int
    let end: Int
    /// Where the item being read began: `rewind` goes back there when the rest of it has not come yet.
    private(set) var mark: Int
    /// Whether reading past the end means that bytes are still to come, not that a length was wrong.
    private let isOpen: Bool

    init(_ bytes: UnsafeRawBufferPointer, position: Int = 0, origin: UInt64 = 0) {
        self.bytes = bytes
        self.origin = origin
        self.position = position
        self.mark = position
        self.end = bytes.count
        self.isOpen = true
    }

    private init(_ outer: ByteCursor, end: Int) {
        bytes = outer.bytes
        origin = outer.origin
        position = outer.position
        mark = outer.position
        self.end = end
        isOpen = false
    }

    var available: Int { end &- position }
    var offset: UInt64 { origin &+ UInt64(truncatingIfNeeded: position) }
    var markOffset: UInt64 { origin &+ UInt64(truncatingIfNeeded: mark) }

    mutating func setMark() { mark = position }
    mutating func rewind() { position = mark }

    /// The error for what was found at the mark.
    func failure(_ code: FrameError.Code) -> FrameError { FrameError(code, offset: markOffset) }

    /// Throws unless `count` more bytes are there.
    @inline(__always)
    func require(_ count: Int) throws(FrameError) {
        if count > available { throw shortage() }
    }

    /// The error for bytes that are not there.
    @inline(never)
    func shortage() -> FrameError {
        isOpen
            ? FrameError(.truncated, offset: origin &+ UInt64(truncatingIfNeeded: end))
            : failure(.fieldTooLong)
    }

    @inline(__always)
    mutating func byte() throws(FrameError) -> UInt8 {
        try require(1)
        defer { position &+= 1 }
        return bytes.load(fromByteOffset: position, as: UInt8.self)
    }

    /// A big-endian integer.
    @inline(__always)
    mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) throws(FrameError) -> T {
        let size = MemoryLayout<T>.size
        try require(size)
        defer { position &+= size }
        return T(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
    }

    /// The next bytes as a big-endian integer, without going on; nil when there are fewer.
    @inline(__always)
    func peek<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, ahead: Int = 0) -> T? {
        guard available >= ahead &+ MemoryLayout<T>.size else { return nil }
        return T(bigEndian: bytes.loadUnaligned(fromByteOffset: position &+ ahead, as: T.self))
    }

    /// Goes over bytes that `peek` has seen.
    @inline(__always)
    mutating func advance(_ count: Int) { position &+= count }

    /// Goes over up to `count` bytes; returns how many were there.
    mutating func skip(atMost count: Int) -> Int {
        let skipped = min(max(count, 0), available)
        position &+= skipped
        return skipped
    }

    mutating func skip(_ count: Int) throws(FrameError) {
        try require(count)
        position &+= count
    }

    /// Cuts the next `count` bytes out; reading past their end is an error of its own.
    mutating func slice(_ count: Int) throws(FrameError) -> ByteCursor {
        try require(count)
        let inner = ByteCursor(self, end: position &+ count)
        position &+= count
        return inner
    }

    /// The next `count` bytes; the pointer lives as long as the cursor's.
    mutating func take(_ count: Int) throws(FrameError) -> UnsafeRawBufferPointer {
        try require(count)
        defer { position &+= count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position &+ count)])
    }

    /// The next `count` bytes as text.
    mutating func string(_ count: Int) throws(FrameError) -> String {
        guard let text = String(validating: try take(count), as: UTF8.self) else {
            throw failure(.invalidUTF8)
        }
        return text
    }

    /// How many varints end in what is left.
    var varintCount: Int {
        var count = 0
        for byte in bytes[position..<end] where byte < 0x80 { count &+= 1 }
        return count
    }
}
