import CodecCompression
import Testing

@Suite("Choice of the content encoding")
struct EncodingPickerTests {
    typealias Reason = EncodingPicker.Reason

    /// Sizes in which br is the smallest for whole bodies, gzip for eight ids a flush, and plain bytes for one.
    static let profile = WireProfile(
        source: "test",
        measurements: [
            (.identity, 1, 8), (.gzip, 1, 9), (.br, 1, 12), (.zstd, 1, 11),
            (.identity, 8, 3), (.gzip, 8, 2), (.br, 8, 4), (.zstd, 8, 1.6),
            (.identity, nil, 3), (.gzip, nil, 2), (.br, nil, 1.8), (.zstd, nil, 1),
        ].map { (encoding: ContentEncoding, flush: Int?, bytes: Double) in
            WireProfile.Measurement(
                format: "msgpack", encoding: encoding, idsPerFlush: flush, ids: 512, bytesPerID: bytes)
        })
    static let picker = EncodingPicker(profile: profile)

    static func pick(
        _ header: String?, _ idsPerFlush: Double = 8, ids: Int? = 512, dictionary: Bool = false,
        format: String = "msgpack"
    ) -> EncodingPicker.Choice? {
        picker.pick(
            acceptEncoding: header, format: format, idsPerFlush: idsPerFlush, expectedIDs: ids,
            hasDictionary: dictionary)
    }

    @Test(
        "follows RFC 9110",
        arguments: [
            (nil, .identity, .notAsked),
            ("", .identity, .notAsked),
            ("identity", .identity, .notAsked),
            ("*", .identity, .notAsked),
            ("deflate", .identity, .notAsked),
            ("zstd", .identity, .notAsked),
            ("gzip", .gzip, .asked),
            ("GZIP", .gzip, .asked),
            ("x-gzip", .gzip, .asked),
            ("gzip, deflate", .gzip, .asked),
            ("gzip, deflate, br, zstd", .gzip, .smallest),
            ("gzip;q=0.001", .gzip, .asked),
            ("gzip; q=1.000", .gzip, .asked),
            (" gzip ; Q=0.5 ,identity;q=0.5", .gzip, .asked),
            ("gzip;q=0", .identity, .notAsked),
            ("gzip;q=0.5, identity", .identity, .identityPreferred),
            ("identity;q=0.5, gzip;q=0.4", .identity, .identityPreferred),
            ("gzip;q=0.4, br;q=0.5, identity;q=0.1", .br, .asked),
            ("gzip, identity;q=0", .gzip, .identityRefused),
            ("*, identity;q=0", .gzip, .identityRefused),
            ("*;q=0.3, br;q=0.4, identity;q=0", .br, .identityRefused),
            ("gzip, *;q=0", .gzip, .identityRefused),
            ("gzip;q=nonsense", .identity, .notAsked),
            ("gzip;q=2", .identity, .notAsked),
            (",,gzip,,", .gzip, .asked),
        ] as [(String?, ContentEncoding, Reason)])
    func choices(header: String?, encoding: ContentEncoding, reason: Reason) {
        #expect(Self.pick(header) == EncodingPicker.Choice(encoding: encoding, reason: reason))
    }

    @Test(
        "has nothing for clients that refuse what we have",
        arguments: [
            "identity;q=0", "*;q=0", "deflate, identity;q=0", "gzip;q=0, *;q=0",
            "gzip;q=0, br;q=0, identity;q=0",
            "zstd, identity;q=0",
        ])
    func refusals(header: String) {
        #expect(Self.pick(header) == nil)
    }

    @Test(
        "among equals the smallest body wins, whatever the order",
        arguments: [
            ("gzip, br", 1, 512, false, .identity, .tooSmallToCompress),
            ("gzip, br, identity;q=0.5", 1, 512, false, .gzip, .smallest),
            ("br, gzip", 8, 512, false, .gzip, .smallest),
            ("gzip, br", .infinity, 512, false, .br, .smallest),
            ("gzip, br, zstd", 8, 512, false, .gzip, .smallest),
            ("gzip, br, zstd", 8, 512, true, .zstd, .smallest),
            ("gzip, zstd", 1, 512, true, .identity, .tooSmallToCompress),
            // 114 bytes of headers are more than a short answer saves; for gzip they are 24.
            ("gzip, zstd", 8, 100, true, .gzip, .smallest),
            ("gzip, zstd", 8, 20, true, .identity, .tooSmallToCompress),
            ("gzip;q=0.9, zstd", 8, 100, true, .zstd, .asked),
        ] as [(String, Double, Int, Bool, ContentEncoding, Reason)])
    func sizes(
        header: String, idsPerFlush: Double, ids: Int, dictionary: Bool, encoding: ContentEncoding,
        reason: Reason
    ) {
        #expect(
            Self.pick(header, idsPerFlush, ids: ids, dictionary: dictionary)
                == EncodingPicker.Choice(encoding: encoding, reason: reason))
    }

    @Test("a format that was not measured is compressed as asked")
    func unmeasured() {
        #expect(Self.pick("br, gzip", format: "new")?.encoding == .gzip)
        #expect(Self.pick("br, gzip, zstd", dictionary: true, format: "new")?.encoding == .zstd)
    }

    @Test("of a document's forms the first that is taken")
    func documents() {
        #expect(Self.picker.pick(acceptEncoding: "br, gzip", among: [.gzip])?.encoding == .gzip)
        #expect(Self.picker.pick(acceptEncoding: "br", among: [.gzip])?.encoding == .identity)
        #expect(Self.picker.pick(acceptEncoding: "br, identity;q=0", among: [.gzip]) == nil)
    }

    @Test(
        "our own figures",
        arguments: [
            ("zstd, gzip, br", "protobuf", .infinity, 2048, .zstd),
            ("zstd, gzip, br", "msgpack", .infinity, 512, .zstd),
            // What zstd saves of a short answer is less than its header.
            ("zstd, gzip, br", "protobuf", .infinity, 32, .identity),
            ("gzip, br", "protobuf", 1, 512, .gzip),
            ("gzip, br", "protobuf", 1, 16, .identity),
            ("zstd, gzip, br", "protobuf", 8, 512, .gzip),
            ("gzip, br", "compact", 1, 512, .identity),
            ("gzip, br", "compact", .infinity, 512, .br),
            ("gzip, br", "sse", 2, 256, .gzip),
            ("br, gzip", "sse", .infinity, 256, .br),
            ("gzip, br", "json", .infinity, 256, .br),
            ("gzip", "json", .infinity, 4, .identity),
        ] as [(String, String, Double, Int, ContentEncoding)])
    func builtIn(header: String, format: String, idsPerFlush: Double, ids: Int, encoding: ContentEncoding) {
        let choice = EncodingPicker().pick(
            acceptEncoding: header, format: format, idsPerFlush: idsPerFlush, expectedIDs: ids,
            hasDictionary: true)
        #expect(choice?.encoding == encoding)
    }
}
