import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension ByteBuffer {
    /// Where `pattern` stands for the first time at or behind `start`, counted from the reader index.
    func offset(of pattern: StaticString, from start: Int = 0) -> Int? {
        withUnsafeReadableBytes { bytes in
            let count = pattern.utf8CodeUnitCount
            guard let base = bytes.baseAddress, start + count <= bytes.count else { return nil }
            var at = start
            while at + count <= bytes.count {
                let rest = bytes.count - count - at + 1
                guard let found = memchr(base + at, Int32(pattern.utf8Start[0]), rest) else { return nil }
                if memcmp(found, pattern.utf8Start, count) == 0 { return UnsafeRawPointer(found) - base }
                at = UnsafeRawPointer(found) - base + 1
            }
            return nil
        }
    }

    /// The decimal number at `offset`, and where it ends.
    func number(at offset: Int) -> (value: UInt64, end: Int)? {
        withUnsafeReadableBytes { bytes in
            var value: UInt64 = 0
            var at = offset
            while at < bytes.count, case let digit = bytes[at] &- UInt8(ascii: "0"), digit < 10 {
                value = value &* 10 &+ UInt64(digit)
                at += 1
            }
            return at == offset ? nil : (value, at)
        }
    }

    /// The number that is a JSON object's `member`, e.g. `"seed":`, with or without a blank.
    func number(after member: StaticString) -> UInt64? {
        guard let start = offset(of: member) else { return nil }
        let value = start + member.utf8CodeUnitCount
        return (number(at: value) ?? number(at: value + 1))?.value
    }
}
