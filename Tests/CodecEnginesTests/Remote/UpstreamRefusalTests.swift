import CodecEngines
import NIOHTTP1
import Testing

@Suite("What upstreams say in place of an answer")
struct UpstreamRefusalTests {
    @Test(
        "real bodies",
        arguments: [
            (
                400,
                #"{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
                EngineError.Code.contextOverflow, "messages"
            ),
            (
                400,
                #"{"object":"error","message":"This model's maximum context length is 2048 tokens. However, you requested 5000 tokens","type":"BadRequestError","param":null,"code":400}"#,
                .contextOverflow, nil
            ),
            (
                400,
                #"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":9,"n_ctx":4}}"#,
                .contextOverflow, nil
            ),
            (
                400,
                #"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}"#,
                .contextOverflow, nil
            ),
            (
                400,
                #"{"object":"error","message":"The input (70000 tokens) is longer than the model's context length (32768 tokens).","type":"BadRequestError","code":400}"#,
                .contextOverflow, nil
            ),
            (
                429,
                #"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
                .quotaExceeded, nil
            ),
            (
                400,
                #"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"#,
                .quotaExceeded, nil
            ),
            (
                404,
                #"{"error":{"message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}}"#,
                .modelNotFound, nil
            ),
            (404, #"{"detail":"Not Found"}"#, .upstreamFailed, nil),
            (
                400,
                #"{"error":{"message":"'temperature' is too high","param":"temperature","code":"invalid_value"}}"#,
                .invalidRequest, "temperature"
            ),
            (
                422, #"{"detail":[{"loc":["body","messages"],"msg":"Field required","type":"missing"}]}"#,
                .invalidRequest, nil
            ),
            (
                529, #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
                .modelUnavailable, nil
            ),
            (
                503, #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
                .modelUnavailable,
                nil
            ),
            (
                400,
                #"{"error":{"message":"flagged","type":"invalid_request_error","code":"content_policy_violation"}}"#,
                .contentRefused, nil
            ),
            (502, "<html><h1>Bad Gateway</h1></html>", .upstreamFailed, nil), (500, "", .upstreamFailed, nil),
            (500, "[", .upstreamFailed, nil),
        ] as [(Int, String, EngineError.Code, String?)])
    func bodies(status: Int, body: String, code: EngineError.Code, parameter: String?) {
        let refusal = UpstreamRefusal(status: status, headers: [:], body: Array(body.utf8))
        let error = refusal.error(of: "up")
        #expect(error.code == code)
        #expect(error.parameter == parameter)
        #expect(!error.message.contains("<"))
        #expect(!error.message.isEmpty)
    }

    @Test(
        "Retry-After in seconds",
        arguments: [("7", 7), ("0.2", 1), ("-1", nil), ("soon", nil), ("1e99", nil)])
    func retryAfter(value: String, seconds: Int?) {
        let refusal = UpstreamRefusal(status: 429, headers: ["Retry-After": value], body: [])
        #expect(refusal.error(of: "up").retryAfter == seconds)
    }
}
