import CodecCompression
import Testing

@testable import CodecServer

@Suite("Content encoding")
struct EncodingPickerTests {
    typealias Reason = EncodingPicker.Reason

    @Test(
        "follows RFC 9110",
        arguments: [
            (nil, .identity, .notAsked),
            ("", .identity, .notAsked),
            ("identity", .identity, .notAsked),
            ("*", .identity, .notAsked),
            ("br", .identity, .notAsked),
            ("zstd, br", .identity, .notAsked),
            ("gzip", .gzip, .asked),
            ("GZIP", .gzip, .asked),
            ("x-gzip", .gzip, .asked),
            ("gzip, deflate", .gzip, .asked),
            ("gzip, deflate, br, zstd", .gzip, .asked),
            ("gzip;q=0.001", .gzip, .asked),
            ("gzip; q=1.000", .gzip, .asked),
            (" gzip ; Q=0.5 ,identity;q=0.5", .gzip, .asked),
            ("gzip;q=0", .identity, .notAsked),
            ("gzip;q=0.5, identity", .identity, .identityPreferred),
            ("identity;q=0.5, gzip;q=0.4", .identity, .identityPreferred),
            ("gzip, identity;q=0", .gzip, .identityRefused),
            ("*, identity;q=0", .gzip, .identityRefused),
            ("gzip, *;q=0", .gzip, .identityRefused),
            ("gzip;q=nonsense", .identity, .notAsked),
            ("gzip;q=2", .identity, .notAsked),
            (",,gzip,,", .gzip, .asked),
        ] as [(String?, ContentEncoding, Reason)])
    func choices(header: String?, encoding: ContentEncoding, reason: Reason) {
        #expect(
            EncodingPicker().pick(acceptEncoding: header)
                == EncodingPicker.Choice(encoding: encoding, reason: reason))
    }

    @Test(
        "has nothing for clients that refuse what we have",
        arguments: ["identity;q=0", "*;q=0", "br, identity;q=0", "gzip;q=0, *;q=0", "gzip;q=0, identity;q=0"])
    func refusals(header: String) {
        #expect(EncodingPicker().pick(acceptEncoding: header) == nil)
    }

    @Test(
        "does not compress what would grow, unless it has to",
        arguments: [
            ("gzip", ContentEncoding.identity, Reason.tooSmallToCompress),
            ("gzip, identity;q=0", .gzip, .identityRefused),
        ])
    func incompressible(header: String, encoding: ContentEncoding, reason: Reason) {
        #expect(
            EncodingPicker().pick(acceptEncoding: header, isIncompressible: true)
                == EncodingPicker.Choice(encoding: encoding, reason: reason))
    }
}
