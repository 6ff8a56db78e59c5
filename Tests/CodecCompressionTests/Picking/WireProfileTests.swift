import CodecCompression
import Testing

@Suite("Wire profile")
struct WireProfileTests {
    @Test("is read from JSON; the nearest measurement counts")
    func parsing() throws {
        let profile = try WireProfile(
            parsing: Array(
                #"""
                {"version":1,"source":"here","more":[],"streams":[
                 {"format":"msgpack","encoding":"identity","ids_per_flush":1,"bytes_per_id":{"16":15,"512":14}},
                 {"format":"msgpack","encoding":"identity","bytes_per_id":{"512":3}}]}
                """#.utf8))
        #expect(profile.source == "here")
        #expect(profile.measurements.count == 3)
        func bytes(_ flush: Double, _ ids: Int, _ format: String = "msgpack") -> Double? {
            profile.bytes(format: format, encoding: .identity, idsPerFlush: flush, ids: ids)
        }
        #expect(bytes(1, 10) == 150)
        #expect(bytes(2, 1000) == 14_000)
        #expect(bytes(.infinity, 1000) == 3_000)
        #expect(bytes(100, 1000) == 3_000)
        #expect(bytes(1, 10, "protobuf") == nil)
        #expect(bytes(0, -1) == 15)
        #expect(bytes(.nan, 16) != nil)
    }

    /// All that a server can answer with: each plain, in gzip and in br, and the two with dictionaries in zstd.
    private static let answers: [(format: String, encoding: ContentEncoding)] = [
        "json", "sse", "msgpack", "protobuf", "msgpack-delta", "protobuf-delta", "compact",
    ].flatMap { format in
        ([.identity, .gzip, .br] + (["msgpack", "protobuf"].contains(format) ? [.zstd] : [])).map {
            (format, $0)
        }
    }

    @Test("ours has every answer, as it is flushed")
    func builtIn() throws {
        let profile = WireProfile.builtIn
        for (format, encoding) in Self.answers {
            let measured = profile.measurements.filter { $0.format == format && $0.encoding == encoding }
            let flushes = Set(measured.map(\.idsPerFlush))
            #expect(flushes == (format == "json" ? [nil] : [1, 2, 4, 8, 32, nil]), "\(format) \(encoding)")
            #expect(Set(measured.map(\.ids)) == [16, 64, 256, 512, 1024, 4096])
        }
    }

    /// Framing costs the same each time: fewer flushes are never more bytes.
    @Test(
        "of ours, plain bytes shrink with the number of flushes", arguments: ["sse", "msgpack", "protobuf"])
    func framing(format: String) {
        for ids in [16, 64, 256, 512, 1024, 4096] {
            let sizes = [1, 2, 4, 8, 32, .infinity].compactMap { flush in
                WireProfile.builtIn.bytes(
                    format: format, encoding: .identity, idsPerFlush: flush, ids: ids)
            }
            #expect(sizes.count == 6)
            #expect(sizes == sizes.sorted(by: >), "\(ids) ids")
        }
    }

    @Test(
        "says what is wrong",
        arguments: [
            ("{", "form"),
            (#"{"version":2,"streams":[]}"#, "version: 2"),
            (#"{"version":1}"#, "streams"),
            (
                #"{"version":1,"streams":[{"format":"a","encoding":"gzip","ids_per_flush":0,"bytes_per_id":{}}]}"#,
                "streams[0].ids_per_flush"
            ),
            (
                #"{"version":1,"streams":[{"format":"a","encoding":"gzip","bytes_per_id":{"x":1}}]}"#,
                "streams[0].bytes_per_id"
            ),
            (
                #"{"version":1,"streams":[{"format":"a","encoding":"gzip","bytes_per_id":{"1":-1}}]}"#,
                "streams[0].bytes_per_id"
            ),
        ])
    func errors(json: String, names: String) {
        let error = #expect(throws: WireProfileError.self) { try WireProfile(parsing: Array(json.utf8)) }
        #expect(error?.description.contains(names) == true, "\(String(describing: error))")
    }
}
