import Testing

@testable import codec_cli

@Suite struct UTF8CheckTests {
    private func check(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { UTF8Check.firstInvalidByte(in: $0) }
    }

    @Test(
        "says yes exactly when the standard library does: every sequence of up to three bytes at the borders")
    func agrees() {
        let borders: [UInt8] = [
            0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC,
            0xED,
            0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        for a in borders {
            for b in borders {
                for c in borders {
                    for bytes in [[a], [a, b], [a, b, c], [a, b, c, 0x80], [0x41, a, b, c, 0xBF]] {
                        let isValid = String(validating: bytes, as: UTF8.self) != nil
                        #expect((check(bytes) == nil) == isValid, "\(bytes)")
                    }
                }
            }
        }
    }

    @Test(
        "names the byte",
        arguments: [
            ([0x61, 0xFF, 0x62], 1), ([0xC3, 0x28], 1), ([0xE2, 0x82, 0x28], 2), ([0xF0, 0x9F, 0x98], 0),
            ([0x61, 0x62, 0xED, 0xA0, 0x80], 3), ([0x80], 0),
        ] as [([UInt8], Int)])
    func offsets(_ bytes: [UInt8], offset: Int) {
        #expect(check(bytes) == offset)
    }
}
