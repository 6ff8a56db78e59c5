import CodecCore
import CodecEngines
import CodecMaps
import CodecTesting
import Foundation
import Testing

@Suite("Constrained completions of the real model", .serialized, .timeLimit(.minutes(10)))
struct ConstraintTests {
    static let place = """
        {"type": "object", "properties": {"city": {"type": "string", "maxLength": 20}, "population": {"type": "integer"},
         "coastal": {"type": "boolean"}, "tags": {"type": "array", "items": {"enum": ["old", "new \\"x\\"", "große"]},
         "minItems": 1, "maxItems": 3}}, "required": ["city", "tags"], "additionalProperties": false}
        """

    static func grammar(_ schema: String) throws -> TextGrammar {
        try TextGrammar(schema: Array(schema.utf8))
    }

    @Test(
        "what a schema allows, whatever the model would say", arguments: [0, 1, 2, 3, 4, 5, 6, 7] as [UInt32])
    func object(seed: UInt32) async throws {
        try await RealModel.with(RealModel.engine(parallel: 1)) { engine in
            let completion = try await engine.complete(
                CompletionRequest(
                    prompt: engine.ids("Paris is a city. As JSON: "), maxTokens: 200,
                    sampling: .init(temperature: 1.5, seed: seed),
                    constraint: .init(grammar: try Self.grammar(Self.place))))
            #expect(completion.reason == .endOfSequence)
            let text = engine.text(completion.ids)
            let value = try #require(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
            #expect(Set(value.keys).isSubset(of: ["city", "population", "coastal", "tags"]))
            #expect(try #require(value["city"] as? String).unicodeScalars.count <= 20)
            let tags = try #require(value["tags"] as? [String])
            #expect((1...3).contains(tags.count))
            #expect(Set(tags).isSubset(of: ["old", "new \"x\"", "große"]))
            if let population = value["population"] { #expect(population is Int) }
        }
    }

    @Test("many schemas, each a language of JSON that llama.cpp takes")
    func schemas() async throws {
        let schemas: [(schema: String, isValid: @Sendable (Any) -> Bool)] = [
            ("true", { _ in true }),
            ("{}", { _ in true }),
            (#"{"const": {"a": [1, "x"], "b": null}}"#, { ($0 as? [String: Any])?.count == 2 }),
            (
                #"{"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "integer"}}"#,
                { ($0 as? [Int])?.count == 2 }
            ),
            (#"{"type": "array", "maxItems": 0}"#, { ($0 as? [Any])?.isEmpty == true }),
            (#"{"type": ["null", "boolean"]}"#, { $0 is NSNull || $0 is Bool }),
            (#"{"anyOf": [{"const": "a"}, {"const": 12}]}"#, { $0 as? String == "a" || $0 as? Int == 12 }),
            (
                #"{"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}}}"#,
                {
                    Set(($0 as? [String: Int] ?? ["": 0]).keys).isSubset(of: ["a", "b", "c"])
                }
            ),
            (
                #"{"type": "object", "additionalProperties": false}"#,
                { ($0 as? [String: Any])?.isEmpty == true }
            ),
            (
                ##"{"$defs": {"t": {"type": "object", "properties": {"v": {"enum": [1, 2]}, "n": {"anyOf": [{"$ref": "#/$defs/t"}, {"const": null}]}}, "required": ["v", "n"]}}, "$ref": "#/$defs/t"}"##,
                {
                    ($0 as? [String: Any])?["v"] is Int
                }
            ),
        ]
        try await RealModel.with(RealModel.engine(parallel: 1)) { engine in
            for (schema, isValid) in schemas {
                let completion = try await engine.complete(
                    CompletionRequest(
                        prompt: engine.ids("{"), maxTokens: 160, sampling: .init(temperature: 0.7, seed: 3),
                        constraint: .init(grammar: try Self.grammar(schema))))
                guard completion.reason == .endOfSequence else { continue }
                let text = engine.text(completion.ids)
                let value = try? JSONSerialization.jsonObject(
                    with: Data(text.utf8), options: .fragmentsAllowed)
                #expect(value.map(isValid) == true, "\(schema): \(text)")
            }
        }
    }

    @Test("fixed ids begin and end the completion, and count")
    func fixedIDs() async throws {
        try await RealModel.with(RealModel.engine(parallel: 1)) { engine in
            let prefix = engine.ids(" a girl named")
            let suffix: [TokenID] = [0]
            var request = CompletionRequest(
                prompt: engine.ids("Once upon a time there was"), maxTokens: 40,
                sampling: .init(temperature: 0),
                constraint: .init(
                    prefix: prefix, grammar: try Self.grammar(#"{"enum": [" Lily", " Anna"]}"#),
                    suffix: suffix))
            let whole = try await engine.complete(request)
            #expect(whole.ids.starts(with: prefix))
            #expect(whole.ids.suffix(1) == suffix)
            #expect(whole.reason == .endOfSequence)
            let text = engine.text(Array(whole.ids.dropFirst(prefix.count).dropLast()))
            #expect(["\" Lily\"", "\" Anna\""].contains(text))
            // The model goes on from the fixed ids as from a prompt.
            request.constraint = .init(prefix: prefix)
            let free = CompletionRequest(
                prompt: request.prompt + prefix, maxTokens: 40 - prefix.count, sampling: request.sampling)
            #expect(try await engine.complete(request).ids == prefix + engine.complete(free).ids)
            request.maxTokens = prefix.count
            await #expect(throws: EngineError.self) { try await engine.complete(request) }
        }
    }

    @Test(
        "schemas that are none",
        arguments: [
            ("[]", "#"), (#"{"type": "strange"}"#, "#"), (#"{"enum": []}"#, "#"), ("{", "#"),
            (##"{"properties": {"a": {"$ref": "http://x"}}}"##, "#/properties/a"),
            (##"{"$ref": "#/nothing"}"##, "#"), (##"{"type": "string", "maxLength": 100000}"##, "#"),
            (##"{"type": "array", "minItems": 3, "maxItems": 2}"##, "#"), (##"{"$ref": "#"}"##, "#"),
            (##"{"items": {"items": false, "type": "array"}, "type": "array"}"##, "#/items/items"),
            ("{\"enum\": [" + (0...500).map(String.init).joined(separator: ",") + "]}", "#"),
            ("{\"const\": \"" + String(repeating: "x", count: 300_000) + "\"}", "#"),
            (
                String(repeating: #"{"anyOf":["#, count: 120) + "true" + String(repeating: "]}", count: 120),
                "#"
            ),
        ])
    func invalid(_ schema: String, _ path: String) {
        #expect { try Self.grammar(schema) } throws: { ($0 as? SchemaError)?.path == path }
    }
}
