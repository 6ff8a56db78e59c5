internal import CodecCore

extension RankedTokens {
    /// Reads a tiktoken file: `base64 rank`, one token a line.
    /// - Throws: `malformed` with line and offset, `invalidField`.
    init(parsingRankFile bytes: [UInt8]) throws(MapError) {
        self.init()
        var start = 0
        var line = 0
        var token: [UInt8] = []
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            line += 1
            var content = bytes[start..<end]
            if content.last == 0x0D { content.removeLast() }
            if !content.isEmpty {
                let field = "line \(line)"
                token.removeAll(keepingCapacity: true)
                guard let space = content.firstIndex(of: 0x20),
                    let rank = Self.number(content[(space + 1)...]),
                    Base64.decode(content[..<space], into: &token)
                else {
                    throw MapError(
                        .malformed, field: field, offset: start, "is not base64, a space and a rank")
                }
                try append(token, rank: rank, field: field, offset: start)
            }
            start = end + 1
        }
        guard count > 0 else { throw MapError(.malformed, "there are no ranks") }
    }

    /// Whether a file begins as rank files do.
    static func isRankFile(_ bytes: some RandomAccessCollection<UInt8>) -> Bool {
        let line = bytes.prefix { $0 != 0x0A }
        guard line.count < 2_048, let space = line.firstIndex(of: 0x20) else { return false }
        var token: [UInt8] = []
        let rank = line[space...].dropFirst().filter { $0 != 0x0D }
        return number(rank[...]) != nil && Base64.decode(line[..<space], into: &token) && !token.isEmpty
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt32? {
        guard (1...10).contains(digits.count) else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard 0x30...0x39 ~= digit else { return nil }
            value = value * 10 + UInt64(digit & 15)
        }
        return value <= UInt64(MapDocument.maximumID) ? UInt32(value) : nil
    }
}
