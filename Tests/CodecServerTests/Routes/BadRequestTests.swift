import CodecEngines
import CodecMaps
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import CodecServer

@Suite("Bad requests")
struct BadRequestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var path: String
        var body: String
        var status: Int
        var param: String?
        var code: String?
        var headers: HTTPFields = [:]

        var testDescription: String { "\(path) \(body.prefix(60)) → \(status) \(param ?? "-")" }

        static func completion(
            _ body: String, _ status: Int = 400, _ param: String? = nil, _ code: String? = nil,
            headers: HTTPFields = [:]
        ) -> Case {
            Case(
                path: "/v1/completions", body: body, status: status, param: param, code: code,
                headers: headers)
        }

        static func chat(_ body: String, _ status: Int = 400, _ param: String? = nil, _ code: String? = nil)
            -> Case
        {
            Case(path: "/v1/chat/completions", body: body, status: status, param: param, code: code)
        }
    }

    static let cases: [Case] = [
        .completion(""), .completion("{"), .completion("nonsense"), .completion("[1,2]"), .completion("null"),
        .completion(#"{"prompt":"a"} x"#), .completion(#"{"prompt":"\ud800"}"#),
        .completion(#"{}"#, 400, "prompt", "missing_required_parameter"),
        .completion(#"{"prompt":null}"#, 400, "prompt"),
        .completion(#"{"prompt":""}"#, 400, "prompt"),
        .completion(#"{"prompt":[]}"#, 400, "prompt"),
        .completion(#"{"prompt":7}"#, 400, "prompt"),
        .completion(#"{"prompt":{"a":1}}"#, 400, "prompt"),
        .completion(#"{"prompt":["a","b"]}"#, 400, "prompt", "unsupported_value"),
        .completion(#"{"prompt":[[1],[2]]}"#, 400, "prompt", "unsupported_value"),
        .completion(#"{"prompt":[1,"a"]}"#, 400, "prompt"),
        .completion(#"{"prompt":[-1]}"#, 400, "prompt"),
        .completion(#"{"prompt":[1.5]}"#, 400, "prompt"),
        .completion(#"{"prompt":[4294967296]}"#, 400, "prompt"),
        .completion(#"{"prompt":[1,2,256]}"#, 400, "prompt", "unknown_token_id"),
        .completion(#"{"prompt":[4294967295]}"#, 400, "prompt", "unknown_token_id"),
        .completion(#"{"prompt":"a","model":7}"#, 400, "model"),
        .completion(#"{"prompt":"a","model":"gpt-5"}"#, 404, "model", "model_not_found"),
        .completion(#"{"prompt":"a","max_tokens":0}"#, 400, "max_tokens"),
        .completion(#"{"prompt":"a","max_tokens":-5}"#, 400, "max_tokens"),
        .completion(#"{"prompt":"a","max_tokens":1.5}"#, 400, "max_tokens"),
        .completion(#"{"prompt":"a","max_tokens":"16"}"#, 400, "max_tokens"),
        .completion(#"{"prompt":"a","max_tokens":1e300}"#, 400, "max_tokens"),
        .completion(#"{"prompt":"a","max_tokens":99999999999999999999}"#, 400, "max_tokens"),
        .completion(
            #"{"prompt":"\#(String(repeating: "a b", count: 1_000_000))"}"#, 400, "prompt",
            "context_length_exceeded"),
        .completion("{\"prompt\":[\(String(repeating: "[0],", count: 1_100_000))[0]]}"),
        .completion(#"{"prompt":"a","temperature":-0.1}"#, 400, "temperature"),
        .completion(#"{"prompt":"a","temperature":1e999}"#, 400, "temperature"),
        .completion(#"{"prompt":"a","temperature":NaN}"#),
        .completion(#"{"prompt":"a","temperature":"hot"}"#, 400, "temperature"),
        .completion(#"{"prompt":"a","top_p":1.01}"#, 400, "top_p"),
        .completion(#"{"prompt":"a","top_k":-2}"#, 400, "top_k"),
        .completion(#"{"prompt":"a","top_k":1e12}"#, 400, "top_k"),
        .completion(#"{"prompt":"a","min_p":2}"#, 400, "min_p"),
        .completion(#"{"prompt":"a","repetition_penalty":0}"#, 400, "repetition_penalty"),
        .completion(#"{"prompt":"a","seed":-1}"#, 400, "seed"),
        .completion(#"{"prompt":"a","seed":"x"}"#, 400, "seed"),
        .completion(#"{"prompt":"a","stop":5}"#, 400, "stop"),
        .completion(#"{"prompt":"a","stop":["a",5]}"#, 400, "stop"),
        .completion(#"{"prompt":"a","stop":""}"#, 400, "stop"),
        .completion(
            #"{"prompt":"a","stop":["1","2","3","4","5","6","7","8","9","a","b","c","d","e","f","g","h"]}"#,
            400, "stop"),
        .completion(#"{"prompt":"a","n":2}"#, 400, "n"),
        .completion(#"{"prompt":"a","n":2,"stream_format":"msgpack"}"#, 400, "n"),
        .completion(#"{"prompt":"a","n":0}"#, 400, "n"),
        .completion(#"{"prompt":"a","best_of":3}"#, 400, "best_of"),
        .completion(#"{"prompt":"a","echo":true}"#, 400, "echo", "unsupported_parameter"),
        .completion(#"{"prompt":"a","logprobs":1}"#, 400, "logprobs", "unsupported_parameter"),
        .completion(#"{"prompt":"a","suffix":"x"}"#, 400, "suffix"),
        .completion(#"{"prompt":"a","presence_penalty":0.5}"#, 400, "presence_penalty"),
        .completion(#"{"prompt":"a","logit_bias":{"5":1}}"#, 400, "logit_bias"),
        .completion(#"{"prompt":"a","stream":"yes"}"#, 400, "stream"),
        .completion(#"{"prompt":"a","stream_format":"cbor"}"#, 400, "stream_format", "unknown_stream_format"),
        .completion(#"{"prompt":"a","stream_format":1}"#, 400, "stream_format"),
        .completion(#"{"prompt":"a","stream_options":{"include_usage":true}}"#, 400, "stream_options"),
        .completion(#"{"prompt":"a","stream":true,"stream_options":[]}"#, 400, "stream_options"),
        .completion(
            #"{"prompt":"a","stream":true,"stream_options":{"include_usage":1}}"#,
            400, "stream_options.include_usage"),
        .completion(
            #"{"prompt":"a","stream":true,"stream_options":{"flush_ms":-1}}"#, 400, "stream_options.flush_ms"),
        .completion(
            #"{"prompt":"a","stream":true,"stream_options":{"flush_ms":60001}}"#,
            400, "stream_options.flush_ms"),
        .completion(
            #"{"prompt":"a","stream":true,"stream_options":{"max_ids":0}}"#, 400, "stream_options.max_ids"),
        .completion(
            #"{"prompt":"a"}"#, 415, nil, "unsupported_media_type", headers: [.contentType: "text/plain"]),
        .completion(
            #"{"prompt":"a"}"#, 415, nil, "unsupported_media_type",
            headers: [.contentEncoding: "deflate"]),
        .completion("not gzip", 400, headers: [.contentEncoding: "gzip"]),
        .completion(
            #"{"prompt":"a"}"#, 406, nil, "not_acceptable", headers: [.acceptEncoding: "identity;q=0"]),
        .completion(#"{"prompt":"a"}"#, 400, "X-Codec-Map", headers: [.codecMapPin: "sha256:abc"]),
        .completion(
            #"{"prompt":"a"}"#, 409, "X-Codec-Map", "map_mismatch",
            headers: [.codecMapPin: "sha256:" + String(repeating: "0", count: 64)]),
        .chat(#"{}"#, 400, "messages", "missing_required_parameter"),
        .chat(#"{"messages":"hi"}"#, 400, "messages"), .chat(#"{"messages":[]}"#, 400, "messages"),
        .chat(#"{"messages":["hi"]}"#, 400, "messages[0]"),
        .chat(#"{"messages":[{"content":"hi"}]}"#, 400, "messages[0].role"),
        .chat(#"{"messages":[{"role":"user"}]}"#, 400, "messages[0].content"),
        .chat(#"{"messages":[{"role":"wizard","content":"a"}]}"#, 400, "messages[0].role"),
        .chat(#"{"messages":[{"role":"user","content":5}]}"#, 400, "messages[0].content"),
        .chat(
            #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}"#,
            400, "messages[0].content[0].image_url.url"),
        .chat(
            #"{"messages":[{"role":"user","content":[{"type":"text"}]}]}"#, 400, "messages[0].content[0].text"
        ),
        .chat(
            #"{"messages":[{"role":"user","content":"a"}],"max_completion_tokens":-1}"#,
            400, "max_completion_tokens"),
        .chat(
            #"{"messages":[{"role":"user","content":"a"}],"tools":[{"type":"function"}]}"#, 400,
            "tools[0].function"),
        .chat(
            #"{"messages":[{"role":"user","content":"a"}],"tools":[{"type":"custom"}]}"#, 400,
            "tools[0].custom"),
        .chat(
            #"{"messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"a b"}}]}"#,
            400, "tools[0].function.name"),
        .chat(
            #"{"messages":[{"role":"user","content":"a"}],"tool_choice":"required"}"#, 400, "tool_choice"),
        .chat(
            #"{"messages":[{"role":"user","content":"a"}],"tool_choice":{"function":{"name":"x"}}}"#, 400,
            "tool_choice"),
        .chat(
            #"{"messages":[{"role":"user","content":"a"}],"tool_choice":"required","tools":[{"type":"function","function":{"name":"a"}}]}"#,
            400, "tool_choice"),
        .chat(
            #"{"messages":[{"role":"user","content":"a"}],"response_format":{"type":"xml"}}"#, 400,
            "response_format.type"),
        .chat(
            #"{"messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema","json_schema":{"schema":{"type":"no"}}}}"#,
            400, "response_format"),
        .chat(
            #"{"messages":[{"role":"user","content":"a"}],"stream_format":"msgpack","tool_watcher":{"start":"<|begin|>"}}"#,
            400,
            "tool_watcher.end"),
        .chat(
            #"{"messages":[{"role":"user","content":"a"}],"stream_format":"msgpack","tool_watcher":{"start":"<|begin|>","end":"x"}}"#,
            400,
            "tool_watcher"),
        .completion(
            #"{"prompt":"a","tool_watcher":{"start":"<|begin|>","end":"<|end|>"}}"#, 400, "tool_watcher"),
        .chat(#"{"messages":[{"role":"user","content":"a"}],"model":"x"}"#, 404, "model", "model_not_found"),
        Case(path: "/v1/nothing", body: "{}", status: 404, code: "not_found"),
        Case(path: "/v1/models", body: "{}", status: 405, code: "method_not_allowed"),
        Case(path: "/v1/completions/codec", body: "{}", status: 415, code: "unsupported_media_type"),
        Case(
            path: "/v1/completions/codec", body: "", status: 400,
            headers: [.contentType: "application/x-msgpack"]),
        Case(
            path: "/v1/completions/codec", body: "\u{1}", status: 400,
            headers: [.contentType: "application/x-protobuf"]),
        Case(
            path: "/v1/completions/codec", body: "", status: 400, param: "prompt_ids",
            headers: [.contentType: "application/x-protobuf"]),
    ]

    @Test("get a clear refusal and start nothing", arguments: cases)
    func refusal(_ c: Case) async throws {
        let engine = try SteppedEngine(answering: "never")
        try await withRoutes(engine) { client in
            let response = try await client.post(c.path, c.body, headers: c.headers)
            #expect(response.status.code == c.status, "\(response.text)")
            #expect(response.headers[.contentType] == "application/json")
            let error = try #require(try response.json()["error"])
            guard case .string(let message) = error["message"] else {
                Issue.record("no message")
                return
            }
            #expect(message.count > 10)
            #expect(error["type"] == .string("invalid_request_error"))
            #expect(error["param"] == c.param.map(JSONValue.string), "\(response.text)")
            if let code = c.code { #expect(error["code"] == .string(code)) }
        }
        #expect(engine.requests.isEmpty)
    }

    @Test("bodies above the limits get 413")
    func tooLarge() async throws {
        let engine = try SteppedEngine(answering: "never")
        try await withRoutes(engine) {
            $0.requestBodyLimit = 1000
        } _: { client in
            let body = #"{"prompt":""# + String(repeating: "a", count: 2000) + #""}"#
            let response = try await client.post("/v1/completions", body)
            #expect(response.status == .contentTooLarge)
            #expect(try response.json()["error"]?["code"] == .string("request_too_large"))
        }
    }

    @Test(
        "an engine's refusal has its own status",
        arguments: [
            (
                EngineError(.overloaded, "full", retryAfter: 7), 429, "rate_limit_error",
                "rate_limit_exceeded", "7"
            ),
            (
                EngineError(.contextOverflow, "long", parameter: "prompt"), 400, "invalid_request_error",
                "context_length_exceeded", nil
            ),
            (EngineError(.shuttingDown, "bye"), 503, "server_error", "shutting_down", "1"),
            (EngineError(.generationFailed, "broken"), 500, "server_error", "generation_failed", nil),
        ] as [(EngineError, Int, String, String, String?)])
    func engineErrors(error: EngineError, status: Int, type: String, code: String, retry: String?)
        async throws
    {
        let engine = try SteppedEngine { _ throws(EngineError) in throw error }
        try await withRoutes(engine) { client in
            let response = try await client.post("/v1/completions", #"{"prompt":"a","stream":true}"#)
            #expect(response.status.code == status)
            #expect(response.headers[.retryAfter] == retry)
            #expect(try response.json()["error"]?["type"] == .string(type))
            #expect(try response.json()["error"]?["code"] == .string(code))
        }
    }
}
