internal import CodecCore

/// Long arrays of strings and long objects of numbers, many elements at a time.
///
/// These take the elements that are written plainly: strings with no escapes but of quotes and backslashes, and
/// whole numbers. They stop in front of the first that is not, of anything that is wrong, and of the end, all of
/// which are left to `next`.
extension JSONPullParser {
    /// Makes room for about as many strings as the rest of the document can hold, where they are many.
    func reserve(_ table: inout StringTable) {
        let rest = bytes.count - offset
        table.reserveCapacity(strings: rest / 16, bytes: rest / 2)
    }

    /// Takes strings of an array.
    mutating func takePlainStrings(into table: inout StringTable) {
        takePlain(into: &table) { _, _ in true }
    }

    /// Takes members of an object whose values are numbers.
    mutating func takePlainNumbers(upTo limit: UInt32, names: inout StringTable, numbers: inout [UInt32]) {
        takePlain(into: &names) { scanner, position in
            scanner.skipWhitespace(&position)
            guard scanner.skip(0x3A, &position) else { return false }
            scanner.skipWhitespace(&position)
            guard let number = scanner.number(&position), number <= limit else { return false }
            numbers.append(number)
            return true
        }
    }

    /// - Parameter rest: Reads what follows a string in its element; false when that is not plain.
    @inline(__always)
    private mutating func takePlain(
        into table: inout StringTable, _ rest: (PlainScanner, inout Int) -> Bool
    ) {
        guard let base = bytes.baseAddress else { return }
        let scanner = PlainScanner(base: base, end: bytes.count)
        var needsComma = expectation == .commaOrEnd
        var position = offset
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: PlainScanner.bufferSize) { buffer in
            guard let output = buffer.baseAddress else { return }
            var lengths: [UInt32] = []
            var used = 0
            while true {
                if used > PlainScanner.bufferSize - PlainScanner.longestString - 8 {
                    table.append(UnsafeBufferPointer(start: output, count: used), lengths: lengths)
                    lengths.removeAll(keepingCapacity: true)
                    used = 0
                }
                var next = position
                scanner.skipWhitespace(&next)
                if needsComma {
                    guard scanner.skip(0x2C, &next) else { break }
                    scanner.skipWhitespace(&next)
                }
                guard scanner.skip(0x22, &next),
                    let length = scanner.copyString(&next, to: output + used), rest(scanner, &next)
                else { break }
                lengths.append(UInt32(truncatingIfNeeded: length))
                used += length
                position = next
                needsComma = true
            }
            table.append(UnsafeBufferPointer(start: output, count: used), lengths: lengths)
        }
        guard position > offset else { return }
        offset = position
        expectation = .commaOrEnd
    }
}

/// Reads plainly written JSON.
private struct PlainScanner {
    static let bufferSize = 1 << 16
    static let longestString = 1 << 12

    let base: UnsafePointer<UInt8>
    let end: Int

    @inline(__always)
    func skipWhitespace(_ position: inout Int) {
        while position < end {
            switch base[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    @inline(__always)
    func skip(_ byte: UInt8, _ position: inout Int) -> Bool {
        guard position < end, base[position] == byte else { return false }
        position += 1
        return true
    }

    /// A whole number of at most nine digits, with a byte behind it that ends it.
    @inline(__always)
    func number(_ position: inout Int) -> UInt32? {
        let start = position
        var value: UInt32 = 0
        while position < end, position - start < 10 {
            let digit = base[position] &- 0x30
            guard digit < 10 else {
                let isLeadingZero = base[start] == 0x30 && position - start > 1
                let isPlain = base[position] != 0x2E && base[position] | 0x20 != 0x65
                return position > start && position - start < 10 && !isLeadingZero && isPlain ? value : nil
            }
            value = value &* 10 &+ UInt32(digit)
            position += 1
        }
        return nil
    }

    /// Copies a string from behind its opening quote, eight bytes at a time, and moves behind the closing one.
    /// - Parameter output: has room for `longestString` bytes and eight more.
    /// - Returns: the string's length; nil for one that is long, has other escapes or is wrong.
    @inline(__always)
    func copyString(_ position: inout Int, to output: UnsafeMutablePointer<UInt8>) -> Int? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var count = 0
        while position + 8 <= end, count <= PlainScanner.longestString - 8 {
            let word = UInt64(
                littleEndian: UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self))
            UnsafeMutableRawPointer(output + count).storeBytes(of: word.littleEndian, as: UInt64.self)
            // As in `skipPlainCharacters`.
            let quotes = word ^ (0x22 * ones)
            let backslashes = word ^ (0x5C * ones)
            let stops = (word | (word &- 0x20 * ones) | (quotes &- ones) | (backslashes &- ones)) & highs
            guard stops != 0 else {
                position += 8
                count += 8
                continue
            }
            let plain = stops.trailingZeroBitCount >> 3
            position += plain
            count += plain
            let first = base[position]
            if first == 0x22 {
                position += 1
                return count
            }
            if first == 0x5C, position + 1 < end, base[position + 1] == 0x22 || base[position + 1] == 0x5C {
                output[count] = base[position + 1]
                position += 2
                count += 1
                continue
            }
            // The characters of the byte alphabet and most others; the rest is rare.
            let length: Int
            switch first {
            case 0xC2...0xDF: length = 2
            case 0xE1...0xEC, 0xEE, 0xEF: length = 3
            default: return nil
            }
            guard position + length <= end, base[position + 1] & 0xC0 == 0x80,
                length == 2 || base[position + 2] & 0xC0 == 0x80
            else { return nil }
            for index in 0..<length { output[count + index] = base[position + index] }
            position += length
            count += length
        }
        return nil
    }
}
