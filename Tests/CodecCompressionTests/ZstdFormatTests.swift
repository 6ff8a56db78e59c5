import CodecCompression
import Testing

@Suite("Frames that are not RFC 8878's")
struct ZstdFormatTests {
    /// Formats that libraries may read though nobody writes them any more: 0.1 to 0.7.
    static let magics: [[UInt8]] =
        [[0x1E, 0xB5, 0x2F, 0xFD]] + (0x22...0x27).map { [$0, 0xB5, 0x2F, 0xFD] }

    @Test(
        "formats of former versions are refused, wherever they stand and however they are cut",
        arguments: magics)
    func former(magic: [UInt8]) throws {
        // A window of 2^27 in version 0.7, three bytes as they are, and the end.
        let former = magic + [0x00, 0x88, 0x40, 0x00, 0x03, 7, 8, 9, 0xC0, 0x00, 0x00]
        let modern = try Coding(encoding: .zstd).compress([1, 2, 3])
        for bytes in [former, modern + former] {
            for size in [1, 3, bytes.count] {
                let decompressor = try #require(try ContentEncoding.zstd.makeDecompressor())
                var output: [UInt8] = []
                #expect {
                    for start in stride(from: 0, to: bytes.count, by: size) {
                        let part = Array(bytes[start..<min(start + size, bytes.count)])
                        try decompressor.decompress(part, into: &output)
                    }
                } throws: {
                    ($0 as? CompressionError)?.code == .corrupt
                }
                #expect(output.isEmpty || output == [1, 2, 3])
            }
        }
    }

    @Test("a frame's header is read as one, however it is cut")
    func headerInTwo() throws {
        // Its dictionary's id begins like a frame, and so do the bytes behind the sixth.
        let bytes: [UInt8] = [
            0x28, 0xB5, 0x2F, 0xFD, 0x23, 0xFE, 0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x2C, 0x01, 0x00, 0x00, 0x00,
            0x44,
            0x00, 0x00, 0x30, 0xEB, 0x3F, 0x2B, 0x07, 0x21,
        ]
        for cut in 0...bytes.count {
            let decompressor = try #require(try ContentEncoding.zstd.makeDecompressor())
            var output: [UInt8] = []
            #expect("cut at \(cut)") {
                try decompressor.decompress(Array(bytes[..<cut]), into: &output)
                try decompressor.decompress(Array(bytes[cut...]), into: &output)
            } throws: {
                ($0 as? CompressionError)?.code == .wrongDictionary
            }
            #expect(output.isEmpty)
        }
    }
}
