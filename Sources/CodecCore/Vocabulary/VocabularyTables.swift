/// The tables of a compiled vocabulary in one block of memory that holds no addresses, so that it can be kept
/// in a file and mapped by many processes.
///
/// The block: a header, then the tables in the order of the properties below. Everything is in the machine's
/// own byte order; another order changes the header's first field.
struct VocabularyTables {
    /// The block's first bytes: what the tables' sizes follow from.
    struct Header: Equatable {
        var magic = Header.expectedMagic
        /// The whole block's length in bytes.
        var byteCount: UInt64 = 0
        /// Of everything behind the header, and the header with this field zero.
        var checksum: UInt64 = 0
        var idLimit: UInt64 = 0
        /// The texts' bytes, without the room behind them.
        var textCount: UInt64 = 0
        var longestText: UInt64 = 1
        /// Of the text index: how many tokens it has room for …
        var tokenCount: UInt64 = 0
        /// … and of the merge table: how many merges.
        var mergeCount: UInt64 = 0
        /// Whether merging starts from bytes (1) or from characters (0).
        var spellsBytes: UInt64 = 0

        /// Changes with the layout, and with what compiling does.
        static let expectedMagic: UInt64 = 0x0004_4345_444F_4356
        static let stride = 128
    }

    /// Bytes that may be read behind any text.
    static let padding = 16

    let memory: VocabularyMemory
    private(set) var header: Header
    /// By id.
    let entries: UnsafeMutablePointer<TokenEntry>
    let index: TextIndex
    let merges: MergeTable
    /// By value: the ids of the 256 single bytes, or `TokenID.max`.
    let byteIDs: UnsafeMutablePointer<TokenID>
    /// By a hash of a text's first four bytes: bit n says that a token of n bytes begins so, bit 0 that one of 64
    /// or more does.
    private let lengths: UnsafeMutablePointer<UInt64>
    /// Bit n: some token has n bytes, for n from 64 to `longLengthLimit`.
    private let longLengths: UnsafeMutablePointer<UInt64>
    static let longLengthLimit = 4_096
    /// Bit `first << 8 | second`: somewhere inside a token a character that ends with byte `first` is followed
    /// by one that begins with byte `second`.
    let joins: UnsafeMutablePointer<UInt32>
    /// The texts of all tokens.
    let texts: UnsafeMutablePointer<UInt8>

    private init(_ header: Header, _ memory: VocabularyMemory, _ start: UnsafeMutableRawPointer) {
        self.header = header
        self.memory = memory
        var offset = Header.stride
        func table<Element>(_ type: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element> {
            let table = (start + offset).assumingMemoryBound(to: type)
            offset += count * MemoryLayout<Element>.stride
            return table
        }
        let idLimit = Int(header.idLimit)
        let tokens = HashRoom(entries: header.tokenCount)
        let pairs = HashRoom(entries: header.mergeCount)
        lengths = table(UInt64.self, 1 << 16)
        longLengths = table(UInt64.self, Self.longLengthLimit / 64)
        let bytePairs = table(MergeTable.Merge.self, 1 << 16)
        let mergeSlots = table(MergeTable.Slot.self, Int(pairs.slotCount))
        let mergeFilter = table(UInt64.self, pairs.filterWords)
        let indexSlots = table(TextIndex.Slot.self, Int(tokens.slotCount))
        let indexFilter = table(UInt64.self, tokens.filterWords)
        entries = table(TokenEntry.self, idLimit)
        let origins = table(MergeTable.Origin.self, idLimit)
        byteIDs = table(TokenID.self, 256)
        joins = table(UInt32.self, 1 << 11)
        texts = table(UInt8.self, 0)
        index = TextIndex(
            slots: indexSlots, slotCount: tokens.slotCount, filter: indexFilter,
            filterBits: tokens.filterBits, entries: entries, texts: texts, longest: Int(header.longestText))
        merges = MergeTable(
            slots: mergeSlots, slotCount: pairs.slotCount, filter: mergeFilter, filterBits: pairs.filterBits,
            bytePairs: bytePairs, origins: origins)
    }

    /// Where the texts begin: the length of all other tables.
    private static func textOffset(_ header: Header) -> UInt64 {
        let tokens = HashRoom(entries: header.tokenCount)
        let pairs = HashRoom(entries: header.mergeCount)
        let fixed: UInt64 =
            UInt64(Header.stride) + 2 * (8 << 16) + 4 * 256 + 4 * 2048
            + UInt64(longLengthLimit) / 8
        let slots: UInt64 = tokens.slotCount + pairs.slotCount
        let filterWords = UInt64(tokens.filterWords + pairs.filterWords)
        return fixed + 16 * slots + 8 * filterWords + 20 * header.idLimit
    }

    /// How large an open-addressing table and its filter are.
    private struct HashRoom {
        let slotCount: UInt64
        let filterBits: UInt64
        var filterWords: Int { 1 << Int(filterBits - 6) }

        init(entries: UInt64) {
            slotCount = entries + entries / 2 + 16
            var bits: UInt64 = 10
            while 1 << bits < entries * 8 { bits += 1 }
            filterBits = bits
        }
    }

    /// Empty tables with room for a vocabulary of this size.
    /// - Parameter textCount: the most bytes that the texts may take.
    init(spellsBytes: Bool, idLimit: Int, tokenCount: Int, mergeCount: Int, textCount: Int) {
        var header = Header()
        header.spellsBytes = spellsBytes ? 1 : 0
        header.idLimit = UInt64(idLimit)
        header.mergeCount = UInt64(mergeCount)
        header.tokenCount = UInt64(tokenCount)
        let textOffset = Self.textOffset(header)
        let byteCount = Int(textOffset) + textCount + Self.padding
        let memory = AllocatedVocabularyMemory(byteCount: byteCount)
        memory.start.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        self.init(header, memory, memory.start)
        merges.removeAll()
        merges.bytePairs.update(repeating: MergeTable.none, count: 1 << 16)
        byteIDs.update(repeating: TokenID.max, count: 256)
    }

    /// Tables that were compiled before.
    ///
    /// - Returns: nil when the block is not whole and unharmed, or of another version.
    init?(_ memory: VocabularyMemory) {
        guard let start = memory.bytes.baseAddress, memory.bytes.count >= Header.stride,
            UInt(bitPattern: start) % 8 == 0
        else { return nil }
        let header = start.load(as: Header.self)
        guard header.magic == Header.expectedMagic, header.byteCount == UInt64(memory.bytes.count),
            header.idLimit <= UInt64(Vocabulary.maximumID), header.mergeCount < 1 << 24,
            header.tokenCount < 1 << 24, header.textCount < 1 << 32,
            header.longestText <= header.textCount + 1,
            Self.textOffset(header) + header.textCount + UInt64(Self.padding) == header.byteCount,
            Self.checksum(header, memory.bytes) == header.checksum
        else { return nil }
        // Nothing writes through these pointers once the tables are compiled.
        self.init(header, memory, UnsafeMutableRawPointer(mutating: start))
    }

    var idLimit: Int { Int(header.idLimit) }
    var longestText: Int { Int(header.longestText) }
    var spellsBytes: Bool { header.spellsBytes == 1 }

    /// The lengths that a token at the beginning of this text may have: bit n for n bytes, bit 0 for 64 or more.
    /// Too many rather than too few.
    @inline(__always)
    func lengths(_ text: UnsafePointer<UInt8>, atMost limit: Int) -> UInt64 {
        0b1110 | (limit >= 4 ? lengths[Self.slot(text)] : 0)
    }

    func noteLength(of text: UnsafePointer<UInt8>, _ count: Int) {
        if count >= 4 { lengths[Self.slot(text)] |= count < 64 ? 1 << UInt64(count) : 1 }
        if count >= 64, count < Self.longLengthLimit { longLengths[count >> 6] |= 1 << UInt64(count & 63) }
    }

    /// The greatest length of a token from 64 to `limit`, which is below `longLengthLimit`; 63 if there is none.
    func longLength(atMost limit: Int) -> Int {
        var word = limit >> 6
        var bits = longLengths[word] & UInt64.max >> UInt64(63 - limit & 63)
        while bits == 0, word > 1 {
            word -= 1
            bits = longLengths[word]
        }
        return bits == 0 ? 63 : word << 6 + 63 - bits.leadingZeroBitCount
    }

    /// A hash of the text's first four bytes.
    @inline(__always)
    private static func slot(_ text: UnsafePointer<UInt8>) -> Int {
        let first = UnsafeRawPointer(text).loadUnaligned(as: UInt32.self)
        return Int((first &* 0x9E37_79B1) >> 16)
    }

    /// Whether merging starts from this token, or some merge makes it.
    @inline(__always)
    func isMade(_ id: TokenID) -> Bool { entries[Int(id)].traits.contains(.made) }

    /// Notes how much room the texts took; what they did not need is cut off.
    mutating func finishTexts(count: Int, longest: Int) {
        header.textCount = UInt64(count)
        header.longestText = UInt64(longest)
        header.byteCount = Self.textOffset(header) + header.textCount + UInt64(Self.padding)
        self = VocabularyTables(header, memory, UnsafeMutableRawPointer(mutating: start))
    }

    private var start: UnsafeRawPointer { UnsafeRawPointer(lengths) - Header.stride }

    /// The block's bytes, from which the same tables can be made again.
    var bytes: [UInt8] {
        let block = UnsafeRawBufferPointer(start: start, count: Int(header.byteCount))
        var header = header
        header.checksum = Self.checksum(header, block)
        var bytes = Array(block)
        withUnsafeBytes(of: header) { header in
            for (index, byte) in header.enumerated() { bytes[index] = byte }
        }
        return bytes
    }

    /// Four chains of multiply-and-fold side by side: finds damage, not malice.
    private static func checksum(_ header: Header, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var header = header
        header.checksum = 0
        var state = withUnsafeBytes(of: &header) { fold($0, 0x9E37_79B9_7F4A_7C15) }
        state = fold(UnsafeRawBufferPointer(rebasing: bytes[Header.stride...]), state)
        return state
    }

    private static func fold(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        guard let start = bytes.baseAddress else { return seed }
        let factor: UInt64 = 0xD6E8_FEB8_6659_FD93
        @inline(__always) func mix(_ value: UInt64) -> UInt64 {
            let product = value.multipliedFullWidth(by: factor)
            return product.high ^ product.low
        }
        @inline(__always) func word(_ offset: Int) -> UInt64 {
            start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        }
        var (a, b, c, d) = (seed, ~seed, seed &+ 1, ~seed &+ 1)
        var offset = 0
        while offset + 32 <= bytes.count {
            a = mix(a ^ word(offset))
            b = mix(b ^ word(offset + 8))
            c = mix(c ^ word(offset + 16))
            d = mix(d ^ word(offset + 24))
            offset += 32
        }
        while offset < bytes.count {
            a = mix(a ^ UInt64(bytes[offset]))
            offset += 1
        }
        return mix(a ^ mix(b ^ mix(c ^ mix(d ^ UInt64(bytes.count)))))
    }
}
