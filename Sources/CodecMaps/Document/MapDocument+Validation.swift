internal import CodecCore

extension MapDocument {
    /// Checks what the fields say together, and what their values may be.
    /// - Throws: `invalidField` with the field's name.
    public func validate() throws(MapError) {
        guard Self.isValidID(id) else {
            throw Self.invalidID
        }
        guard vocabSize > 0 else { throw Self.invalid("vocab_size", "must be positive") }
        try validateSpecialTokens()
        try validateVocab()
        try validateMerges()
        for (name, id) in [("bos_token_id", beginOfSequenceID), ("eos_token_id", endOfSequenceID)] {
            guard let id else { continue }
            guard vocab.ids.contains(id) || specialTokens.contains(where: { $0.id == id }) else {
                throw Self.invalid(name, "\(id) is no token's id")
            }
        }
        if let toolCalling {
            for (name, marker) in [("start", toolCalling.startMarker), ("end", toolCalling.endMarker)] {
                guard specialID(named: marker) != nil else {
                    throw Self.invalid("tool_calling.markers.\(name)", "\"\(marker)\" is no special token")
                }
            }
        }
    }

    /// `[a-z0-9._/-]+` without `..` and without a leading `/`.
    public static func isValidID(_ id: String) -> Bool {
        guard !id.isEmpty, !id.hasPrefix("/"), !id.contains("..") else { return false }
        return id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"): true
            default: false
            }
        }
    }

    static let invalidID = invalid(
        "id", "must be made of a-z 0-9 . _ - / without \"..\" and without a leading /")

    private static func invalid(_ field: String, _ reason: String) -> MapError {
        MapError(.invalidField, field: field, reason)
    }

    private func validateVocab() throws(MapError) {
        let field = version == .one ? "tokens" : "vocab"
        guard vocab.tokens.count == vocab.ids.count else {
            throw Self.invalid(field, "\(vocab.tokens.count) strings and \(vocab.ids.count) ids")
        }
        let largest = max(vocab.ids.max() ?? 0, specialTokens.map(\.id).max() ?? 0)
        guard largest <= Self.maximumID, byteFallbackStart ?? 0 <= Self.maximumID - 255 else {
            throw Self.invalid(field, "an id is larger than \(Self.maximumID)")
        }
        if let id = duplicate(in: vocab.ids) { throw Self.invalid(field, "id \(id) occurs twice") }
    }

    private func validateSpecialTokens() throws(MapError) {
        guard !specialTokens.contains(where: \.name.isEmpty) else {
            throw Self.invalid("special_tokens", "a name is empty")
        }
        if let index = StringIndex(StringTable(specialTokens.map(\.name))).firstRepeat {
            throw Self.invalid("special_tokens.\(specialTokens[index].name)", "occurs twice")
        }
        if let id = duplicate(in: specialTokens.map(\.id)) {
            throw Self.invalid("special_tokens", "id \(id) occurs twice")
        }
    }

    /// Each merge is two token strings, neither of them empty, with one space between.
    private func validateMerges() throws(MapError) {
        let wrong = merges.bytes.withUnsafeBufferPointer { bytes in
            var space = Self.firstSpace(bytes, from: 0)
            return (0..<merges.count).first { index in
                let line = merges.range(index)
                let found = space
                guard line.lowerBound < found, found < line.upperBound - 1 else { return true }
                space = Self.firstSpace(bytes, from: found + 1)
                return space < line.upperBound
            }
        }
        guard let wrong else { return }
        throw Self.invalid("merges[\(wrong)]", "must be two tokens with one space between them")
    }

    /// Where the next space is, eight bytes at a time; the end when there is none.
    private static func firstSpace(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var position = start
        while position + 8 <= bytes.count {
            let word = UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let different = UInt64(littleEndian: word) ^ (0x20 * ones)
            let equal = (different &- ones) & ~different & (0x80 * ones)
            if equal != 0 { return position + equal.trailingZeroBitCount >> 3 }
            position += 8
        }
        while position < bytes.count, bytes[position] != 0x20 { position += 1 }
        return position
    }

    /// An id that occurs twice.
    private func duplicate(in ids: [TokenID]) -> TokenID? {
        guard let largest = ids.max() else { return nil }
        // A table by id, as long as ids are not spread so far that it would be larger than the ids.
        if Int(largest) / 32 <= ids.count {
            var seen = [Bool](repeating: false, count: Int(largest) + 1)
            for id in ids {
                if seen[Int(id)] { return id }
                seen[Int(id)] = true
            }
            return nil
        }
        let sorted = ids.sorted()
        return zip(sorted, sorted.dropFirst()).first { $0 == $1 }?.0
    }
}
