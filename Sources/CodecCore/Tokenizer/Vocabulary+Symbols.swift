extension Vocabulary {
    /// The symbols that merging starts from where tokens spell characters (metaspace, plain): one for each
    /// character, its byte-fallback ids where it has no token, or the unknown token, once for a run.
    ///
    /// Metaspace puts `▁` in front of the stretch and in place of each space (spec §7).
    func symbols(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> [TokenID] {
        var symbols: [TokenID] = []
        symbols.reserveCapacity(end - start + 1)
        let metaspace: [UInt8] = [0xE2, 0x96, 0x81]
        var afterUnknown = false
        func add(_ character: UnsafePointer<UInt8>, _ length: Int) {
            if let id = index.table.find(character, length) {
                symbols.append(id)
                afterUnknown = false
                return
            }
            if byteIDs[0] >= 0 {
                for offset in 0..<length { symbols.append(TokenID(byteIDs[Int(character[offset])])) }
            } else if let unknownID {
                if !afterUnknown { symbols.append(unknownID) }
                afterUnknown = true
            }
        }
        metaspace.withUnsafeBufferPointer { metaspace in
            guard let metaspace = metaspace.baseAddress else { return }
            let isMetaspace = encoder == .metaspace
            if isMetaspace { add(metaspace, 3) }
            var position = start
            while position < end {
                if isMetaspace, text[position] == 0x20 {
                    add(metaspace, 3)
                    position += 1
                } else {
                    let length = readScalar(text, position, end).length
                    add(text + position, length)
                    position += length
                }
            }
        }
        return symbols
    }
}
