import CodecClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct ServerRefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var status: String
        var headers: [(String, String)] = []
        var body: String
        var expected: ServerRefusal
        var code = ClientError.Code.refused
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "OpenAI's shape", status: "400 Bad Request",
            body:
                #"{"error":{"message":"n must be 1","type":"invalid_request_error","param":"n","code":"bad_n"}}"#,
            expected: ServerRefusal(
                status: 400, message: "n must be 1", type: "invalid_request_error", parameter: "n",
                code: "bad_n")),
        Case(
            name: "with Retry-After", status: "429 Too Many Requests", headers: [("Retry-After", "3")],
            body: #"{"error":{"message":"busy","type":"rate_limit_error","param":null,"code":null}}"#,
            expected: ServerRefusal(status: 429, message: "busy", type: "rate_limit_error", retryAfter: 3)),
        Case(
            name: "Retry-After that is no number", status: "503 Service Unavailable",
            headers: [("Retry-After", "-3")], body: "",
            expected: ServerRefusal(status: 503, message: "Service Unavailable")),
        Case(
            name: "a number as code", status: "400 Bad Request",
            body: #"{"error":{"message":"x","code":400}}"#,
            expected: ServerRefusal(status: 400, message: "x", code: "400")),
        Case(
            name: "a string as error", status: "426 Upgrade Required",
            body: #"{"error":"codec_version_required"}"#,
            expected: ServerRefusal(status: 426, message: "codec_version_required"), code: .unexpectedUpgrade),
        Case(
            name: "plain text", status: "502 Bad Gateway", body: "upstream is down\n",
            expected: ServerRefusal(status: 502, message: "upstream is down")),
        Case(
            name: "a page for browsers", status: "404 Not Found", body: "\n<!DOCTYPE HTML>\n<html></html>",
            expected: ServerRefusal(status: 404, message: "Not Found"), code: .notFound),
        Case(
            name: "a proxy that wants to know who asks", status: "407 Proxy Authentication Required",
            body: "",
            expected: ServerRefusal(status: 407, message: "Proxy Authentication Required"), code: .proxy),
        Case(
            name: "broken JSON", status: "500 Internal Server Error", body: #"{"error":"#,
            expected: ServerRefusal(status: 500, message: #"{"error":"#)),
        Case(
            name: "the server cannot serve the pinned map", status: "409 Conflict",
            body:
                #"{"error":{"message":"other map","type":"invalid_request_error","param":null,"code":"map_mismatch"}}"#,
            expected: ServerRefusal(
                status: 409, message: "other map", type: "invalid_request_error", code: "map_mismatch"),
            code: .mapMismatch),
    ]

    @Test("what the server said", arguments: cases)
    func said(_ c: Case) async throws {
        let answer = ReplayServer.Answer(status: c.status, headers: c.headers, body: [Array(c.body.utf8)])
        try await ReplayServer.run({ _ in answer }) { server in
            let client = try CodecClient(testing: server.url)
            let error = await #expect(throws: ClientError.self) {
                _ = try await client.completions(.init(prompt: .text("Hi")))
            }
            #expect(error?.code == c.code)
            #expect(error?.server == c.expected)
        }
    }

    @Test("what a server says cannot write to a terminal")
    func controlCharacters() {
        let error = ClientError(.refused, "a\u{1B}[31mb\nc\u{9B}d" + String(repeating: "x", count: 5_000))
        #expect(error.message.hasPrefix("a\u{FFFD}[31mb c\u{FFFD}d"))
        #expect(error.message.count == 1_000)
    }
}
