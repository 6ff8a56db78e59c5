import CodecAPI
import CodecMaps
import Testing

@Suite("Completion requests, read and written")
struct CompletionsRequestTests {
    static func read(_ json: String) throws -> ModelRequest {
        try CompletionsRequestReader.read(try JSONObject.document(of: Array(json.utf8)))
    }

    @Test(
        "every form of a prompt",
        arguments: [
            (#""Hi""#, .text("Hi")), (#"["Hi"]"#, .text("Hi")), ("[72,105]", .ids([72, 105])),
            ("[[72,105]]", .ids([72, 105])), ("[]", .ids([])), ("[[]]", .ids([])),
            ("[4294967295]", .ids([4_294_967_295])),
        ] as [(String, ModelInput)])
    func prompts(json: String, input: ModelInput) throws {
        #expect(try Self.read(#"{"prompt":\#(json)}"#).input == input)
    }

    @Test(
        "a wrong field is refused by its name",
        arguments: [
            ("{}", "prompt"), (#"{"prompt":7}"#, "prompt"), (#"{"prompt":["a","b"]}"#, "prompt"),
            (#"{"prompt":[[1],[2]]}"#, "prompt"), (#"{"prompt":[-1]}"#, "prompt"),
            (#"{"prompt":[1.5]}"#, "prompt"),
            (#"{"prompt":[4294967296]}"#, "prompt"), (#"{"prompt":"a","echo":true}"#, "echo"),
            (#"{"prompt":"a","echo":1}"#, "echo"), (#"{"prompt":"a","logprobs":21}"#, "logprobs"),
            (#"{"prompt":"a","logprobs":true}"#, "logprobs"), (#"{"prompt":"a","n":2}"#, "n"),
        ])
    func refusals(json: String, param: String) throws {
        do throws(APIError) {
            _ = try CompletionsRequestReader.read(try JSONObject.document(of: Array(json.utf8)))
            Issue.record("accepted")
        } catch {
            #expect(error.type == "invalid_request_error" && error.param == param, "\(error.message)")
        }
    }

    @Test("a request of the same API goes on as it came, but for model and delivery")
    func passedOn() throws {
        let request = try Self.read(
            #"{"prompt":[1,2],"stream_format":"msgpack","x":{"y":[1.50,null]},"model":"a","stream":true,"stream_options":{"flush_ms":0,"continuous_usage_stats":true},"suffix":"s"}"#
        )
        let body = try CompletionsRequestWriter(.vllm).body(of: request, model: "b")
        #expect(
            String(decoding: body.json, as: UTF8.self)
                == #"{"prompt":[1,2],"x":{"y":[1.50,null]},"model":"b","stream":true,"stream_options":{"continuous_usage_stats":true,"include_usage":true},"suffix":"s","return_token_ids":true}"#
        )
        #expect(body.degradations == [])
        var whole = request
        whole.isStreamed = false
        #expect(
            String(
                decoding: try CompletionsRequestWriter(.compatible).body(of: whole, model: "b").json,
                as: UTF8.self)
                == #"{"prompt":[1,2],"x":{"y":[1.50,null]},"model":"b","suffix":"s"}"#)
    }

    @Test("a request of another API is written anew")
    func written() throws {
        var request = ModelRequest(input: .ids([1, 300]))
        request.maxTokens = 5
        request.sampling.temperature = 0
        request.sampling.topK = 0
        request.sampling.repetitionPenalty = 1.1
        request.stop = ["x"]
        request.topLogprobs = 2
        request.hints = ["user"]
        let body = try CompletionsRequestWriter(.llama).body(of: request, model: "m")
        #expect(
            String(decoding: body.json, as: UTF8.self)
                == #"{"model":"m","prompt":[1,300],"stream":true,"stream_options":{"include_usage":true},"max_tokens":5,"temperature":0,"top_k":-1,"repeat_penalty":1.1,"stop":["x"],"logprobs":2}"#
        )
        #expect(body.degradations == ["ignored-user"])
    }

    @Test("what an upstream has no place for is refused by its name")
    func unsupported() throws {
        func param(_ traits: OpenAIServerTraits, _ change: (inout ModelRequest) -> Void) -> String? {
            var request = ModelRequest(input: .text("a"))
            change(&request)
            do throws(APIError) {
                _ = try CompletionsRequestWriter(traits).body(of: request, model: "m")
                return nil
            } catch {
                return error.param
            }
        }
        #expect(param(.compatible) { _ in } == nil)
        #expect(param(.compatible) { $0.sampling.topK = 1 } == "top_k")
        #expect(param(.compatible) { $0.sampling.minP = 1 } == "min_p")
        #expect(param(.compatible) { $0.sampling.repetitionPenalty = 2 } == "repetition_penalty")
        #expect(param(.openAI) { $0.textFormat = .jsonObject } == "response_format")
        #expect(param(.vllm) { $0.textFormat = .jsonObject } == nil)
        #expect(param(.vllm) { $0.reasoning = ReasoningOptions(effort: "low") } == "reasoning")
        #expect(
            param(.vllm) {
                $0.tools = [ModelTool(name: "f", kind: .function(parameters: [:], isStrict: nil))]
            } == "tools")
        #expect(param(.vllm) { $0.input = .messages([]) } == "messages")
    }
}
