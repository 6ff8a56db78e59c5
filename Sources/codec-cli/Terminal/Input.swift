import Foundation

/// Stdin, as a whole or record by record.
final class Input {
    private static let readSize = 1 << 18
    private var buffer: [UInt8] = []
    /// The first byte not yet given out.
    private var start = 0
    private var atEnd = false
    /// Bytes of the input before `buffer`.
    private var consumed = 0
    private let beforeWaiting: () throws -> Void

    /// - Parameter beforeWaiting: Called whenever more input is about to be waited for: the moment to
    ///   let go of output that somebody may wait for.
    init(beforeWaiting: @escaping () throws -> Void = {}) {
        self.beforeWaiting = beforeWaiting
    }

    /// Everything up to the end.
    func readAll() throws -> [UInt8] {
        while try fill() {}
        defer { start = buffer.count }
        return Array(buffer[start...])
    }

    /// What is there next, at least a byte; nil at the end.
    func readSome() throws -> [UInt8]? {
        if start == buffer.count { guard try fill() else { return nil } }
        defer { start = buffer.count }
        return Array(buffer[start...])
    }

    /// Gives the next record, up to a delimiter (which is part of it) or the end of the input.
    /// - Parameter body: Gets the record and the offset of its first byte in the input.
    /// - Returns: false, without calling `body`, at the end.
    func nextRecord(
        endingWith delimiter: UInt8, _ body: (UnsafeBufferPointer<UInt8>, _ offset: Int) throws -> Void
    ) throws -> Bool {
        var searched = start
        while true {
            if let end = index(of: delimiter, from: searched) {
                try give(through: end + 1, body)
                return true
            }
            searched = buffer.count
            let shift = start
            guard try fill() else { break }
            searched -= shift - start
        }
        guard start < buffer.count else { return false }
        try give(through: buffer.count, body)
        return true
    }

    private func index(of byte: UInt8, from first: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard first < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + first, Int32(byte), bytes.count - first)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private func give(
        through end: Int, _ body: (UnsafeBufferPointer<UInt8>, _ offset: Int) throws -> Void
    ) throws {
        let first = start
        start = end
        try buffer.withUnsafeBufferPointer { bytes in
            try body(UnsafeBufferPointer(rebasing: bytes[first..<end]), consumed + first)
        }
    }

    /// Reads more. What was given out makes room.
    /// - Returns: false at the end of the input.
    private func fill() throws -> Bool {
        guard !atEnd else { return false }
        try beforeWaiting()
        consumed += start
        buffer.removeFirst(start)
        start = 0
        let used = buffer.count
        var status = 0
        repeat {
            buffer.append(contentsOf: repeatElement(0, count: Self.readSize))
            status = buffer.withUnsafeMutableBytes {
                read(STDIN_FILENO, $0.baseAddress.map { $0 + used }, Self.readSize)
            }
            buffer.removeLast(Self.readSize - max(status, 0))
        } while status < 0 && errno == EINTR
        guard status >= 0 else {
            throw Failure("cannot read stdin: \(String(cString: strerror(errno)))")
        }
        atEnd = status == 0
        return !atEnd
    }
}
