import CodecCompression
import CodecCore
import Testing

@testable import CodecMaps

struct DiscoveryTests {
    static let hash = ContentHash(of: "x".utf8)

    // MARK: - Paths

    @Test("paths of documents")
    func paths() throws {
        let hex = Self.hash.hex
        #expect(try WellKnown.map("qwen/qwen2") == "/.well-known/codec/maps/qwen/qwen2.json")
        #expect(try WellKnown.latentMap("a.b_c-d/e") == "/.well-known/codec/latents/a.b_c-d/e.json")
        #expect(try WellKnown.policy("acme/v3") == "/.well-known/codec/policies/acme/v3.json")
        #expect(WellKnown.policy(Self.hash) == "/.well-known/codec/policies/sha256/\(hex).json")
        #expect(WellKnown.dictionary(Self.hash) == "/.well-known/codec/dicts/\(hex).zstd")
        #expect(WellKnown.rankTable(Self.hash) == "/.well-known/codec/rank-tables/\(hex).bin")
        #expect(WellKnown.index == "/.well-known/codec/index.json")
        #expect(WellKnown.versionPolicy == "/.well-known/codec/version-policy.json")
    }

    @Test(
        "ids that must not touch a path",
        arguments: [
            "", "/x", "x/", "a//b", "a/../b", "..", "a..b", ".", "./a", "a/.", "A/x", "a b", "ä", "a?b",
            "a#b", "a%2e",
            "x\n", "x\0", "a\\b", "k\u{212A}", String(repeating: "a", count: 241),
        ])
    func refusedIDs(id: String) {
        for path in [WellKnown.map, WellKnown.latentMap, WellKnown.policy] as [(String) throws -> String] {
            #expect { try path(id) } throws: { ($0 as? MapError)?.field == "id" }
        }
    }

    @Test("a policy's id has not the path of a hash")
    func policyUnderHash() throws {
        #expect(throws: MapError.self) { try WellKnown.policy("sha256/\(Self.hash.hex)") }
        #expect(try WellKnown.policy("sha256") == "/.well-known/codec/policies/sha256.json")
    }

    // MARK: - Addresses

    @Test(
        "addresses that documents name",
        arguments: [
            ("https://a.example/x.json?y=1#z", "a.example", true),
            ("https://A.example:8443", "a.example", true),
            ("http://localhost:8080/m", "localhost", true), ("http://127.0.0.1/m", "127.0.0.1", true),
            ("http://[::1]:1/", "::1", true), ("http://a.example/m", "a.example", false),
            ("http://[fe80::1]/", "fe80::1", false),
            ("http://169.254.169.254/latest", "169.254.169.254", false),
            ("http://localhost.a.example/", "localhost.a.example", false),
            ("https://a.example/@x", "a.example", true),
        ])
    func addresses(text: String, host: String, isAllowed: Bool) throws {
        let url = try DocumentURL(text)
        #expect(url.text == text)
        #expect(url.host == host)
        #expect(url.isHTTPSOrLoopback == isAllowed)
    }

    @Test(
        "addresses that are none, or whose host is in doubt",
        arguments: [
            "", "x.json", "/x.json", "//a.example/x", "ftp://a.example", "file:///etc/passwd", "https://",
            "https:///x", "https://?x", "https://:80/", "https://a.example:x/", "https://a.example:99999/",
            "https://a.example:+80/", "https://a.example:/:80/", "https://user@a.example/",
            "https://u:p@a.example/",
            "http://localhost@a.example/", "http://localhost\\@a.example/", "https://a example/",
            "https://a.example/\n",
            "https://ä.example/", "https://%61.example/", "https://[::1/", "https://[]/", "https://[::1]x/",
            "https://[g]/",
            "https://a.example/" + String(repeating: "x", count: 8192),
        ])
    func refusedAddresses(text: String) {
        #expect { try DocumentURL(text, field: "docs_url") } throws: {
            let error = $0 as? MapError
            return error?.code == .invalidField && error?.field == "docs_url"
        }
    }

    // MARK: - Pointers and index

    static let pointerText: String = """
        {"id":"qwen/qwen2","url":"https://a.example/q.json","hash":"\(hash)","published_at":"2026-01-01T00:00:00Z"}
        """

    @Test("a pointer is read, and written as it was")
    func pointer() throws {
        let pointer = try MapPointer(parsing: Array(Self.pointerText.utf8))
        #expect(pointer.id == "qwen/qwen2")
        #expect(pointer.url.text == "https://a.example/q.json")
        #expect(pointer.hash == Self.hash)
        #expect(pointer.publishedAt == "2026-01-01T00:00:00Z")
        #expect(String(decoding: pointer.bytes(), as: UTF8.self) == Self.pointerText + "\n")
        let loose =
            " {\"new\":{\"a\":[1]},\"hash\":\"\(Self.hash)\",\"published_at\":null,\"url\":\"http://b/\",\"id\":\"q\"} "
        #expect(try MapPointer(parsing: Array(loose.utf8)).publishedAt == nil)
    }

    @Test("what stands at a map's path")
    func answers() throws {
        #expect(
            try MapAnswer(parsing: Array(Self.pointerText.utf8))
                == .pointer(MapPointer(parsing: Array(Self.pointerText.utf8))))
        #expect(try MapAnswer(parsing: Fixture.bytes("tiny.json")) == .inline)
        #expect(try MapAnswer(parsing: Array(#"{"id":"x","url":"y","tokens":{}}"#.utf8)) == .inline)
        #expect(
            try MapAnswer(parsing: [UInt8](repeating: 0x20, count: MapPointer.maximumBytes + 1)) == .inline)
        #expect(throws: MapError.self) { try MapAnswer(parsing: Array("<html>".utf8)) }
        #expect(throws: MapError.self) { try MapAnswer(parsing: Array(#"{"vocab":{}"#.utf8)) }
    }

    @Test("an index is read, and written as it was")
    func index() throws {
        let text = "{\"codec_version\":\"0.2\",\"maps\":[\(Self.pointerText),\(Self.pointerText)]}\n"
        let index = try MapIndex(parsing: Array(text.utf8))
        #expect(index.maps.count == 2)
        #expect(index.bytes() == Array(text.utf8))
    }

    /// What is wrong with a document: the text to put in place of another, and the field that the error names.
    static let damages: [(old: String, new: String, field: String)] = [
        ("\"id\":\"qwen/qwen2\"", "\"id\":\"../x\"", "id"),
        ("\"id\":\"qwen/qwen2\"", "\"id\":7", "id"),
        ("\"id\":\"qwen/qwen2\"", "\"id\":null", "id"),
        ("\"id\":\"qwen/qwen2\"", "\"id\":\"a\",\"id\":\"a\"", "id"),
        ("\"id\":\"qwen/qwen2\"", "\"id\":\"a\",\"\\u0069d\":\"a\"", "id"),
        ("https://a.example/q.json", "q.json", "url"),
        ("https://a.example/q.json", "https://u@a.example/q.json", "url"),
        ("\"url\"", "\"uri\"", "url"),
        ("sha256:", "sha512:", "hash"),
        ("\"hash\":\"\(hash)\"", "\"hash\":[]", "hash"),
        ("\"hash\":\"\(hash)\"", "\"x\":1", "hash"),
        ("\"2026-01-01T00:00:00Z\"", "1", "published_at"),
    ]

    @Test("errors name the field", arguments: damages)
    func damage(old: String, new: String, field: String) throws {
        let text = Self.pointerText.replacing(old, with: new)
        try #require(text != Self.pointerText)
        #expect { try MapPointer(parsing: Array(text.utf8)) } throws: {
            let error = $0 as? MapError
            return error?.code == .invalidField && error?.field == field && error?.offset != nil
        }
        #expect {
            try MapIndex(parsing: Array("{\"codec_version\":\"0.2\",\"maps\":[\(text)]}".utf8))
        } throws: {
            ($0 as? MapError)?.field == "maps[0].\(field)"
        }
    }

    @Test(
        "documents that are none",
        arguments: [
            ("", MapError.Code.malformed), ("<!doctype html>", .malformed), ("{", .malformed),
            ("[] {}", .invalidField),
            ("[]", .invalidField), ("null", .invalidField), ("\u{FEFF}{}", .malformed),
            (String(repeating: "[", count: 4096), .invalidField),
            ("{\"x\":" + String(repeating: "[", count: 4096), .malformed),
            ("{\"id\":\"\\ud800\"}", .malformed),
            ("{\"id\":1e999}", .invalidField),

        ])
    func noDocuments(text: String, code: MapError.Code) {
        let bytes = Array(text.utf8)
        for read in [
            { _ = try MapPointer(parsing: bytes) }, { _ = try MapIndex(parsing: bytes) },
            { _ = try VersionPolicy(parsing: bytes) }, { _ = try VersionRefusal(parsing: bytes) },
        ] {
            #expect { try read() } throws: { ($0 as? MapError)?.code == code }
        }
        #expect(throws: MapError.self) { try MapPointer(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test("documents that are too long, or go on behind their end")
    func tooLong() throws {
        #expect { try MapPointer(parsing: Array((Self.pointerText + " {}").utf8)) } throws: {
            ($0 as? MapError)?.code == .malformed
        }
        let spaces = [UInt8](repeating: 0x20, count: MapIndex.maximumBytes + 1)
        for read in [
            { _ = try MapPointer(parsing: spaces) }, { _ = try MapIndex(parsing: spaces) },
            { _ = try VersionPolicy(parsing: spaces) },
        ] {
            #expect { try read() } throws: { ($0 as? MapError)?.code == .tooLarge }
        }
    }
}
