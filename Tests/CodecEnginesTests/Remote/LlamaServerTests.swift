import CodecAPI
import CodecClient
import CodecCore
import CodecEngines
import CodecMaps
import Foundation
import Testing

private let serverURL = ProcessInfo.processInfo.environment["CODEC_LLAMA_SERVER"]

/// Against a llama-server that runs the default model, at the address in `CODEC_LLAMA_SERVER`.
@Suite("A real llama-server", .enabled(if: serverURL != nil))
struct LlamaServerTests {
    static let prompts = [
        "😀🎉 你好世界 😀🎉 你好世界 😀🎉 你好世界", "The capital of France is", "Привет, мир! Привет, мир! Привет",
        "👨‍👩‍👧‍👦 👨‍👩‍👧‍👦 👨‍👩‍👧‍👦", "日本語を話します。日本語を", "naïve café naïve café", "🇩🇪🇫🇷🇯🇵🇩🇪🇫🇷🇯🇵",
    ]

    @Test("streamed ids are those that it tells without streaming", arguments: prompts)
    func exactIDs(_ prompt: String) async throws {
        let map = try RealModel.map.get()
        let connection = try UpstreamConnection.to(try #require(serverURL))
        let engine = UpstreamTokenEngine(LlamaServerUpstream(connection, map: map), name: "smol", map: map)
        let ids = map.tokenizer.encode(prompt)
        for limit in [1, 7, 40, 41, 42, 43] {
            var body: [UInt8] = []
            let asked: JSONValue = [
                "prompt": .array(ids.map { .integer(Int($0)) }), "n_predict": .integer(limit),
                "return_tokens": true, "temperature": 0, "cache_prompt": true,
            ]
            body.append(json: asked)
            let document = try JSONValue(
                parsing: try await connection.document(UpstreamRequest(.root("completion"), body: body)))
            var expected: [TokenID] = []
            for value in document["tokens"]?.array ?? [] {
                if case .integer(let id) = value { expected.append(TokenID(clamping: id)) }
            }
            if let last = expected.last, map.vocabulary.isSpecial(last) { expected.removeLast() }
            let completion = try await engine.complete(
                CompletionRequest(prompt: ids, maxTokens: limit, sampling: .init(temperature: 0)))
            #expect(completion.ids == expected, "\(map.vocabulary.decode(expected))")
        }
        #expect(engine.model.contextLength > 0)
        await engine.shutdown()
    }

    @Test("prompts of messages by its own template")
    func chatPrompt() async throws {
        let map = try RealModel.map.get()
        let connection = try UpstreamConnection.to(try #require(serverURL))
        let engine = UpstreamTokenEngine(LlamaServerUpstream(connection, map: map), name: "smol", map: map)
        let ids = try await engine.chatPrompt([ChatMessage(role: "user", content: "Hi 你好")], tools: [])
        #expect(map.vocabulary.decode(ids).contains("Hi 你好"))
        #expect(ids.contains { map.vocabulary.isSpecial($0) })
        await engine.shutdown()
    }
}
