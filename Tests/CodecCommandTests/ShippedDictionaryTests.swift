import CodecCompression
import CodecCore
import Foundation
import Testing

/// The dictionaries and the rank table that come with the repository.
@Suite struct ShippedDictionaryTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Dictionaries").standardizedFileURL

    private func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: Self.folder.appending(path: name)))
    }

    @Test(
        "the page names the hashes of the files",
        arguments: ["msgpack.zdict", "protobuf.zdict", "ids.ranks"])
    func hashes(_ name: String) throws {
        let page = String(decoding: try bytes("README.md"), as: UTF8.self)
        let hash = ContentHash(of: try bytes("smollm2/\(name)"))
        let line = page.split(separator: "\n").first { $0.contains("`\(name)`") }
        #expect(line?.contains(hash.description) == true, "\(name) is \(hash)")
    }

    @Test(
        "they load, are as small as they are said to be, and a stream made with one is read back",
        arguments: [FrameFormat.msgpack, .protobuf])
    func dictionaries(_ format: FrameFormat) throws {
        let dictionary = try ZstdDictionary(try bytes("smollm2/\(format.name).zdict"))
        #expect(dictionary.bytes.count <= 16_384)
        let body = StreamSample((0..<500).map { $0 * 31 % 2_000 }, idsPerFlush: 8, format: format)
        let compressor = try #require(try ContentEncoding.zstd.makeCompressor(dictionary: dictionary))
        var compressed: [UInt8] = []
        try compressor.compress(body.frames.flatMap(\.self), flush: .finish, into: &compressed)
        let reader = try #require(try ContentEncoding.zstd.makeDecompressor(dictionary: dictionary))
        var plain: [UInt8] = []
        try reader.decompress(compressed, into: &plain)
        try reader.finish()
        #expect(plain == body.frames.flatMap(\.self))
    }

    @Test("the rank table is small and has no id beyond the vocabulary")
    func ranks() throws {
        let table = try RankTable(parsing: try bytes("smollm2/ids.ranks"))
        #expect(table.ids.count <= 512 && table.ids.count > 127)
        #expect(table.ids.allSatisfy { $0 < 49_152 })
    }
}
