import CodecCompression
import CodecCore
import CodecEngines
import CodecMaps
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CodecServer

@Suite("Ids of the client's own vocabulary")
struct TranslationTests {
    /// Bytes, and two tokens of two bytes: other ids than the model's for the same text.
    static func pairs() throws -> TokenizerMap {
        var document = MapDocument(
            id: "test/pairs", vocabSize: 402,
            vocab: try ByteMap.document().vocab, encoder: .byteLevel,
            merges: StringTable(["a b", "Ġ c"]))
        document.vocab.tokens.append("ab".utf8)
        document.vocab.tokens.append("Ġc".utf8)
        document.vocab.ids += [256, 257]
        document.specialTokens = [.init(name: "<|end|>", id: 400), .init(name: "<|other|>", id: 401)]
        return try TokenizerMap(document)
    }

    static func headers(_ map: TokenizerMap, allow: Bool = true) -> HTTPFields {
        var headers: HTTPFields = [.codecMapPin: map.hash.description]
        if allow { headers[.codecTranslate] = "allow" }
        return headers
    }

    @Test("the prompt is translated on its way in, and the answer on its way out")
    func bothWays() async throws {
        let client = try Self.pairs()
        let text = "ab abc cab c"
        let engine = try SteppedEngine(answering: text)
        try await withRoutes(engine, configure: { $0.translatedMaps = [client] }) { test in
            for flush in [0, 1000] {
                let prompt = client.tokenizer.encode("say ab c")
                let response = try await test.post(
                    "/v1/completions",
                    #"{"prompt":\#(prompt),"stream_format":"msgpack","stream_options":{"flush_ms":\#(flush)}}"#,
                    headers: Self.headers(client))
                #expect(response.status == .ok, "\(response.text)")
                #expect(response.headers[.codecTokenizerMap] == client.hash.description)
                #expect(response.headers[.codecTranslatedFrom] == engine.map.hash.description)
                let frames = try decodeFrames(response.bytes, .msgpack)
                #expect(frames.flatMap(\.ids) == client.tokenizer.encode(text))
                #expect(frames.last?.done == true)
            }
        }
        #expect(engine.requests.map(\.prompt) == [ByteMap.ids("say ab c"), ByteMap.ids("say ab c")])
    }

    @Test("special tokens of one name become each other; a prompt with another one is refused")
    func specials() async throws {
        let client = try Self.pairs()
        let engine = try SteppedEngine(answering: "x")
        try await withRoutes(engine, configure: { $0.translatedMaps = [client] }) { test in
            let known = try await test.post(
                "/v1/completions", #"{"prompt":[256,400,99],"stream_format":"msgpack"}"#,
                headers: Self.headers(client))
            #expect(known.status == .ok, "\(known.text)")
            let other = try await test.post(
                "/v1/completions", #"{"prompt":[256,401,99],"stream_format":"msgpack"}"#,
                headers: Self.headers(client))
            #expect(other.status == .badRequest)
            #expect(other.text.contains("401"))
        }
        #expect(engine.requests.map(\.prompt) == [ByteMap.ids("ab") + [ByteMap.end] + ByteMap.ids("c")])
    }

    @Test("a client that does not allow it, and a server that does not offer it, get 409")
    func refusals() async throws {
        let other = try Self.pairs()
        let engine = try SteppedEngine(answering: "x")
        let body = #"{"prompt":[1],"stream_format":"msgpack"}"#
        try await withRoutes(engine, configure: { $0.translatedMaps = [other] }) { test in
            let response = try await test.post(
                "/v1/completions", body, headers: Self.headers(other, allow: false))
            #expect(response.status == .conflict)
            let unknown = try await test.post(
                "/v1/completions", #"{"prompt":[999],"stream_format":"msgpack"}"#,
                headers: Self.headers(other))
            #expect(unknown.status == .badRequest)
            #expect(try unknown.json()["error"]?["code"] == .string("unknown_token_id"))
        }
        try await withRoutes(engine) { test in
            let response = try await test.post("/v1/completions", body, headers: Self.headers(other))
            #expect(response.status == .conflict)
            #expect(try response.json()["error"]?["code"] == .string("map_mismatch"))
            // The model's own map needs no translation.
            let own = try await test.post("/v1/completions", body, headers: Self.headers(engine.map))
            #expect(own.status == .ok)
            #expect(own.headers[.codecTranslatedFrom] == nil)
        }
        #expect(engine.requests.count == 1)
    }
}
