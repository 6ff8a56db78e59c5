/// Many byte strings in one buffer: no allocation a string, and cheap to walk.
public struct StringTable: Sendable, Equatable {
    /// The strings, one after another.
    public private(set) var bytes: [UInt8] = []
    /// Where each string ends in `bytes`.
    @usableFromInline private(set) var ends: [Int] = []

    public init() {}

    public init(_ strings: some Sequence<String>) {
        for string in strings { append(string.utf8) }
    }

    public var count: Int { ends.count }

    public mutating func reserveCapacity(strings: Int, bytes byteCount: Int) {
        ends.reserveCapacity(strings)
        bytes.reserveCapacity(byteCount)
    }

    public mutating func append(_ string: some Sequence<UInt8>) {
        bytes.append(contentsOf: string)
        ends.append(bytes.count)
    }

    /// Appends bytes that lie in memory; from other modules many times faster than the general form.
    public mutating func append(_ string: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: string)
        ends.append(bytes.count)
    }

    /// Appends strings that lie one after another in memory.
    /// - Parameter lengths: of each string; together they are as long as `strings`.
    package mutating func append(_ strings: UnsafeBufferPointer<UInt8>, lengths: [UInt32]) {
        var end = bytes.count
        let limit = end + strings.count
        bytes.append(contentsOf: strings)
        for length in lengths {
            end = min(end + Int(length), limit)
            ends.append(end)
        }
    }

    /// The range of string `index` in `bytes`; `index` must be below `count`.
    public func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    /// String `index`; must be below `count`.
    public subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }

    /// The longest string's length in bytes.
    var longest: Int {
        var longest = 0
        var start = 0
        for end in ends {
            longest = max(longest, end - start)
            start = end
        }
        return longest
    }
}
