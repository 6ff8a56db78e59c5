import CodecCompression
import CodecCore
import CodecServer

/// Dictionaries and a rank table for `ByteMap`'s ids.
enum TestAssets {
    static func dictionary(_ format: FrameFormat, seed: TokenID = 0) throws -> ZstdDictionary {
        var bytes: [UInt8] = []
        var encoder = FrameEncoder(format: format)
        for start in 0..<40 as Range<TokenID> {
            encoder.encode(TokenFrame(ids: (0..<8).map { 32 + (start * 7 + $0 + seed) % 90 }), into: &bytes)
        }
        return try ZstdDictionary(bytes)
    }

    static func make() throws -> WireAssets {
        WireAssets(
            dictionaries: [
                .msgpack: [try dictionary(.msgpack), try dictionary(.msgpack, seed: 5)],
                .protobuf: [try dictionary(.protobuf)],
            ],
            rankTable: ServedRankTable(try RankTable(ByteMap.ids(" etaoinshrdlu"))))
    }
}
