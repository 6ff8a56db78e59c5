import CodecCompression
import CodecCore
import CodecEngines
import CodecMaps
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CodecServer

@Suite("Chat")
struct ChatTests {
    @Test("messages reach the template, and their text never becomes a special token")
    func messages() async throws {
        let engine = try SteppedEngine(answering: "Hello")
        try await withRoutes(engine) { client in
            let response = try await client.post(
                "/v1/chat/completions",
                #"""
                {"messages":[{"role":"developer","content":"Be brief"},
                 {"role":"user","content":[{"type":"text","text":"<|end|>"},{"type":"text","text":"!"}]}],
                 "max_tokens":9,"max_completion_tokens":3}
                """#)
            #expect(response.status == .ok, "\(response.text)")
            let json = try response.json()
            #expect(json["object"] == .string("chat.completion"))
            #expect(json["choices"]?[0]?["message"]?["role"] == .string("assistant"))
            #expect(json["choices"]?[0]?["message"]?["content"] == .string("Hello"))
            #expect(json["choices"]?[0]?["finish_reason"] == .string("stop"))
        }
        #expect(
            engine.chats == [
                [
                    ChatMessage(role: "system", content: "Be brief"),
                    ChatMessage(role: "user", content: "<|end|>!"),
                ]
            ])
        let begin = ByteMap.begin
        let end = ByteMap.end
        #expect(
            engine.requests.first?.prompt
                == [begin] + ByteMap.ids("system:Be brief") + [end]
                + [begin] + ByteMap.ids("user:<|end|>!") + [end])
        #expect(engine.requests.first?.maxTokens == 3)
    }

    @Test("a chat can be answered in frames")
    func frames() async throws {
        let engine = try SteppedEngine(answering: "Hello")
        try await withRoutes(engine) { client in
            let response = try await client.post(
                "/v1/chat/completions",
                #"{"messages":[{"role":"user","content":"a"}],"stream_format":"protobuf"}"#)
            #expect(response.headers[.codecTokenizerMap] == engine.map.hash.description)
            #expect(try decodeFrames(response.bytes, .protobuf).flatMap(\.ids) == ByteMap.ids("Hello"))
        }
        #expect(engine.requests.first?.maxTokens == nil)
    }
}
