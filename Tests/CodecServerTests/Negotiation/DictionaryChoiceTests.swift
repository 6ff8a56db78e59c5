import CodecCompression
import CodecCore
import Foundation
import HTTPTypes
import Testing

@testable import CodecServer

@Suite("Choice of a dictionary")
struct DictionaryChoiceTests {
    /// `HASH0` and `HASH1` stand for the hashes of the two that are loaded, `FIELD` for their form in RFC 9842.
    @Test(
        "needs a client that shows that it knows of dictionaries",
        arguments: [
            (["Accept-Encoding": "zstd, gzip"], 0),
            (["Accept-Encoding": "ZSTD"], 0),
            (["Accept-Encoding": "gzip;q=0.5, zstd"], 0),
            (["Accept-Encoding": "gzip, zstd"], nil),
            (["Accept-Encoding": "gzip, deflate, br, zstd"], nil),
            (["Accept-Encoding": "*"], nil),
            (["Accept-Encoding": "zstd;q=0, gzip"], nil),
            ([:], nil),
            (["Accept-Encoding": "zstd, gzip", "Sec-Fetch-Mode": "cors"], nil),
            (["Accept-Encoding": "zstd, gzip", "Sec-Fetch-Site": "same-origin"], nil),
            (["Accept-Encoding": "zstd, gzip", "Sec-Fetch-Dest": "empty"], nil),
            (["Accept-Encoding": "gzip, zstd", "Codec-Zstd-Dict": "HASH1"], 1),
            (["Accept-Encoding": "gzip, zstd", "Codec-Zstd-Dict": "none, HASH1,HASH0"], 0),
            (["Accept-Encoding": "gzip, zstd", "Codec-Zstd-Dict": "none"], nil),
            (["Accept-Encoding": "gzip, br, zstd", "Available-Dictionary": "FIELD1"], 1),
            (["Accept-Encoding": "zstd", "Available-Dictionary": "FIELD1"], 1),
            (["Accept-Encoding": "gzip, zstd", "Available-Dictionary": "HASH1"], nil),
            (["Accept-Encoding": "gzip, zstd", "Available-Dictionary": ":not base64:"], nil),
            (["Accept-Encoding": "gzip", "Available-Dictionary": "FIELD1", "Codec-Zstd-Dict": "HASH1"], nil),
            (["Accept-Encoding": "zstd", "Sec-Fetch-Mode": "cors", "Codec-Zstd-Dict": "HASH1"], 1),
        ] as [([String: String], Int?)])
    func choice(given: [String: String], expected: Int?) throws {
        let loaded = [try TestAssets.dictionary(.msgpack), try TestAssets.dictionary(.msgpack, seed: 5)]
        var headers: HTTPFields = [:]
        for (name, value) in given {
            var value = value
            for (index, dictionary) in loaded.enumerated() {
                let field = Data(try #require(dictionary.hash.hex.bytesOfHex)).base64EncodedString()
                value.replace("HASH\(index)", with: dictionary.hash.description)
                value.replace("FIELD\(index)", with: ":\(field):")
            }
            headers[try #require(HTTPField.Name(name))] = value
        }
        let choice = DictionaryChoice.dictionary(among: loaded, for: headers)
        #expect(choice?.hash == expected.map { loaded[$0].hash })
        #expect(DictionaryChoice.dictionary(among: [], for: headers) == nil)
    }

    @Test(
        "a hash in RFC 9842's form is 32 bytes in base64 between colons",
        arguments: [
            (
                ":pZGm1Av0IEBKARczz7exkNYsZb8LzaMrV7J32a2fFG4=:",
                "a591a6d40bf420404a011733cfb7b190d62c65bf0bcda32b57b277d9ad9f146e"
            ),
            (
                " :pZGm1Av0IEBKARczz7exkNYsZb8LzaMrV7J32a2fFG4=: ",
                "a591a6d40bf420404a011733cfb7b190d62c65bf0bcda32b57b277d9ad9f146e"
            ),
            ("pZGm1Av0IEBKARczz7exkNYsZb8LzaMrV7J32a2fFG4=", nil), (":AAAA:", nil), ("::", nil), (":", nil),
            ("", nil),
        ] as [(String, String?)])
    func structuredField(value: String, hex: String?) {
        #expect(DictionaryChoice.hash(structuredField: value)?.hex == hex)
    }
}

extension String {
    /// The bytes that pairs of hex digits stand for.
    fileprivate var bytesOfHex: [UInt8]? {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while !rest.isEmpty {
            guard let byte = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
