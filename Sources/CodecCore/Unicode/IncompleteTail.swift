/// How many bytes at the end of `start..<end` begin a well-formed UTF-8 sequence whose rest is missing: 0 to 3.
func incompleteTailLength(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    for length in 1...3 where length <= end - start {
        let lead = text[end - length]
        if lead & 0xC0 == 0x80 { continue }
        guard lead >= 0xC2, lead <= 0xF4 else { return 0 }
        let needed = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard length < needed else { return 0 }
        if length == 1 { return 1 }
        // Any second byte that is right can be followed by the lowest of tail bytes.
        let third = length > 2 ? text[end - length + 2] : 0x80
        let filled: [UInt8] = [lead, text[end - length + 1], third, 0x80]
        let isPossible = filled.withUnsafeBufferPointer { filled in
            filled.baseAddress.map { readScalar($0, 0, needed).length == needed } ?? false
        }
        return isPossible ? length : 0
    }
    return 0
}
