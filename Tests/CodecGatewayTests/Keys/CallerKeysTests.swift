import CodecGateway
import Testing

@Suite("Callers' keys")
struct CallerKeysTests {
    @Test("a new key is 256 random bits, known by its hash, and the file gives it back")
    func roundTrip() throws {
        var keys = CallerKeys()
        var texts: Set<String> = []
        for name in ["ann", "bob"] {
            var (text, key) = CallerKey.make(name: name)
            #expect(text.hasPrefix("ck-") && text.utf8.count == 46)
            #expect(texts.insert(text).inserted)
            key.models = name == "ann" ? ["m"] : nil
            key.requestsPerMinute = 5
            key.tokensPerMinute = name == "bob" ? 1000 : nil
            key.expires = CallerKey.seconds(date: "2027-01-31T12:00:00Z")
            key.isAdmin = name == "bob"
            try keys.add(key)
        }
        let document = keys.document()
        for text in texts { #expect(!String(decoding: document, as: UTF8.self).contains(text)) }
        #expect(try CallerKeys(document, source: "k") == keys)
        #expect(throws: ConfigurationError.self) { try keys.add(CallerKey(name: "ann", hash: [])) }
        #expect(throws: ConfigurationError.self) { try keys.add(CallerKey(name: "a b", hash: [])) }
        let removed = keys.remove(named: "ann")
        let again = keys.remove(named: "ann")
        #expect(removed && !again)
        #expect(keys.all.map(\.name) == ["bob"])
    }

    private static let hash = "sha256:" + String(repeating: "0f", count: 32)

    @Test(
        "mistakes in the file have their place",
        arguments: [
            ("{keys: [{name: a}]}", "k:1:9: keys[0] needs hash"),
            ("{keys: [{name: a, hash: x}]}", "k:1:25: keys[0].hash must be sha256: and 64 hex digits"),
            ("{keys: [{name: 'a b', hash: '\(hash)'}]}", "k:1:16: keys[0].name must be 1 to 64 letters"),
            (
                "{keys: [{name: a, hash: '\(hash)', expires: soon}]}",
                "k:1:109: keys[0].expires must be like 2027-01-31"
            ),
            ("{keys: [{name: a, hash: '\(hash)', rpm: 1}]}", "k:1:100: keys[0].rpm is not known"),
            (
                "{keys: [{name: a, hash: '\(hash)'}, {name: a, hash: '\(hash)'}]}",
                "k:1:108: there is a key \"a\" already"
            ),
        ])
    func mistakes(text: String, start: String) {
        do throws(ConfigurationError) {
            _ = try CallerKeys(Array(text.utf8), source: "k")
            Issue.record("no mistake found")
        } catch {
            #expect(error.description.hasPrefix(start), "\(error)")
        }
    }

    @Test("who presents what is taken for whom")
    func lookup() throws {
        var keys = CallerKeys()
        var made: [String] = []
        for name in ["ann", "bob"] {
            var (text, key) = CallerKey.make(name: name)
            if name == "bob" { key.expires = 1000 }
            try keys.add(key)
            made.append(text)
        }
        let callers = Callers(keys) { 999 }
        #expect(try callers.caller(presenting: made[0]).name == "ann")
        #expect(try callers.caller(presenting: made[1]).name == "bob")
        for (text, refusal) in [
            (nil, .noKey), ("", .noKey), ("ck-x", .unknownKey), (made[0] + "x", .unknownKey),
            (String(made[0].dropLast()), .unknownKey), (String(repeating: "x", count: 100_000), .unknownKey),
        ] as [(String?, CallerRefusal)] {
            #expect(throws: refusal) { try callers.caller(presenting: text) }
        }
        let later = Callers(keys) { 1000 }
        #expect(throws: CallerRefusal.expired) { try later.caller(presenting: made[1]) }
        let ann = try callers.caller(presenting: made[0])
        _ = keys.remove(named: "bob")
        callers.reload(keys)
        #expect(throws: CallerRefusal.unknownKey) { try callers.caller(presenting: made[1]) }
        #expect(try callers.caller(presenting: made[0]) === ann)
    }

    @Test("models")
    func models() throws {
        var keys = CallerKeys()
        var (text, key) = CallerKey.make(name: "ann")
        key.models = ["m"]
        try keys.add(key)
        let caller = try Callers(keys) { 0 }.caller(presenting: text)
        #expect(caller.mayUse(model: "m") && !caller.mayUse(model: "n"))
    }

    @Test(
        "dates",
        arguments: [
            ("1970-01-02", 86_400), ("2027-01-31T12:00:00Z", 1_801_396_800), ("2027-13-31", nil), ("x", nil),
            ("2027-01-31T12", nil),
        ] as [(String, Int?)])
    func dates(text: String, expected: Int?) {
        #expect(CallerKey.seconds(date: text) == expected)
    }
}
