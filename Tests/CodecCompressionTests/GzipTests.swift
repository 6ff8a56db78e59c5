import CodecCompression
import Foundation
import Testing

struct GzipTests {
    @Test(
        "files written by Python are read, byte by byte too",
        arguments: ["text.gz", "two-members.gz", "named.gz"])
    func pythonFiles(name: String) throws {
        let packed = try fixture(name)
        let plain = try fixture("text.bin")
        #expect(try decompressGzip(packed) == plain)
        let decompressor = try #require(try ContentEncoding.gzip.makeDecompressor())
        var output: [UInt8] = []
        for byte in packed { try decompressor.decompress([byte], into: &output) }
        try decompressor.finish()
        #expect(output == plain)
    }

    @Test("a file cut off at any byte is truncated, unless a member ends there")
    func truncation() throws {
        let packed = try fixture("two-members.gz")
        let plain = try fixture("text.bin")
        var whole: [Int] = []
        for count in 0..<packed.count {
            do {
                let output = try decompressGzip(Array(packed[..<count]))
                #expect(output == Array(plain[..<1000]))
                whole.append(count)
            } catch {
                #expect(error == CompressionError(.truncated, offset: count))
            }
        }
        #expect(whole.count == 1)
    }

    @Test("a changed byte never gives other bytes without an error")
    func damage() throws {
        let packed = try fixture("text.gz")
        let plain = try fixture("text.bin")
        var refused = 0
        for index in packed.indices {
            var damaged = packed
            damaged[index] ^= 0x55
            do {
                // Time, level and system in the header (bytes 4 to 9) mean nothing to a reader.
                #expect(try decompressGzip(damaged) == plain)
                #expect((4...9).contains(index))
            } catch {
                #expect(error.code == .corrupt || error.code == .truncated)
                refused += 1
            }
        }
        #expect(refused == packed.count - 6)
    }

}
