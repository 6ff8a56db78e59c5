import AsyncHTTPClient
import CodecGateway
import CodecMaps
import CodecTesting
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import CodecServer

/// Every API over every kind of upstream: the same answer, and the same honesty about answers that fail.
@Suite("Every API over every upstream")
struct MatrixTests {
    struct Pair: Sendable, CustomTestStringConvertible {
        var front: AskedFront
        var kind: ScriptedUpstream.Kind
        var isStreamed: Bool
        var testDescription: String { "\(front) over \(kind), \(isStreamed ? "streamed" : "whole")" }
    }

    static let pairs = AskedFront.allCases.flatMap { front in
        ScriptedUpstream.Kind.allCases.flatMap { kind in
            (front == .frames ? [true] : [true, false]).map { Pair(front: front, kind: kind, isStreamed: $0) }
        }
    }
    static let conversations = pairs.filter(\.front.isConversation)

    static let text = ["Hel", "lo wörld", " 🌍"]

    /// A character at a time, as servers of ids tell them.
    private static func script(_ text: [String]) -> [UpstreamScript.Piece] {
        text.joined().map { UpstreamScript.Piece(String($0), ids: ByteMap.ids(String($0))) }
    }

    private struct Reply {
        var status: UInt
        var headers: HTTPHeaders
        var bytes: [UInt8]
        /// The connection was cut before the answer's end.
        var isCut: Bool
    }

    /// So many gateways at a time are enough for a machine.
    private static let places = Places(16)

    /// Asks through a gateway in front of one scripted upstream.
    private static func ask(
        _ pair: Pair, _ script: UpstreamScript, hasTool: Bool = false
    ) async throws -> Reply {
        await places.take()
        defer { places.free() }
        let map = try ByteMap.make()
        // Short only where silence is the point: on a busy machine other answers may take their time.
        let isSilent = script.fault == .hangBeforeHead || script.fault == .hangMidway
        let patience = isSilent ? 1 : 60
        let upstream = try await ScriptedUpstream.start(pair.kind, map: map, playing: script)
        let configuration = try GatewayConfiguration(
            yaml: Array(
                """
                upstreams:
                  - name: up
                    kind: \(pair.kind)
                    url: \(upstream.url)
                    map: bytes
                    timeouts: {first_byte: \(patience)s, idle: \(patience)s}
                models:
                  - name: m
                    upstreams: [{upstream: up, model: theirs}]
                routing: {attempts: 1}
                """.utf8), source: "gateway.yaml", environment: [:])
        var listening = CodecServer.Configuration(host: "127.0.0.1", port: 0)
        // A head before the model's first word would hide the statuses.
        listening.keepAliveInterval = .seconds(600)
        let gateway = try await LocalGateway.start(
            configuration, configuration: listening, maps: { _ in map },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let reply: Result<Reply, any Error>
        do {
            reply = .success(
                try await post(
                    gateway.url + pair.front.path,
                    pair.front.body(isStreamed: pair.isStreamed, hasTool: hasTool)))
        } catch {
            reply = .failure(error)
        }
        await gateway.stop()
        await upstream.stop()
        return try reply.get()
    }

    private static func post(_ url: String, _ json: String) async throws -> Reply {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "anthropic-version", value: "2023-06-01")
        request.body = .bytes(ByteBuffer(string: json))
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        var bytes: [UInt8] = []
        do {
            for try await part in answer.body { bytes += part.readableBytesView }
            return Reply(status: answer.status.code, headers: answer.headers, bytes: bytes, isCut: false)
        } catch {
            return Reply(status: answer.status.code, headers: answer.headers, bytes: bytes, isCut: true)
        }
    }

    @Test("text, with the tokens that the upstream counted", arguments: pairs)
    func text(_ pair: Pair) async throws {
        let script = UpstreamScript(Self.script(Self.text), endID: ByteMap.end)
        let reply = try await Self.ask(pair, script)
        #expect(reply.status == 200 && !reply.isCut, "\(String(decoding: reply.bytes, as: UTF8.self))")
        let answer = try pair.front.read(reply.bytes, isStreamed: pair.isStreamed)
        #expect(answer.text == Self.text.joined())
        #expect(answer.isComplete && !answer.hasFailed)
        guard pair.front != .frames else {
            let isRetokenized = pair.kind == .openai || pair.kind == .anthropic
            #expect(
                reply.headers.first(name: "Codec-Token-Source") == (isRetokenized ? "retokenized" : nil))
            return
        }
        #expect(answer.usage.count == 2 && answer.usage.allSatisfy { $0 > 0 })
        #expect(answer.usage.first == script.promptTokens)
    }

    @Test("calls of tools", arguments: conversations)
    func tools(_ pair: Pair) async throws {
        var script = UpstreamScript(Self.script(["I add."]))
        script.toolCalls = [
            .init(id: "call_1", name: "add", arguments: [#"{"a""#, ":1}"]),
            .init(id: "call_2", name: "add", arguments: [#"{"a":2}"#]),
        ]
        let reply = try await Self.ask(pair, script, hasTool: true)
        let answer = try pair.front.read(reply.bytes, isStreamed: pair.isStreamed)
        #expect(answer.text == "I add.")
        #expect(
            answer.calls == [
                .init(name: "add", arguments: #"{"a":1}"#), .init(name: "add", arguments: #"{"a":2}"#),
            ])
        #expect(answer.isComplete)
    }

    @Test("what the model thinks", arguments: conversations)
    func reasoning(_ pair: Pair) async throws {
        var script = UpstreamScript(Self.script(["Yes."]))
        script.reasoning = ["Let me ", "see."]
        let reply = try await Self.ask(pair, script)
        let answer = try pair.front.read(reply.bytes, isStreamed: pair.isStreamed)
        #expect(answer.reasoning == "Let me see.")
        #expect(answer.text == "Yes.")
        #expect(answer.isComplete)
    }

    static let faults: [UpstreamFault] = [.cut, .noEnd, .malformedJSON, .errorEvent, .hangMidway]

    @Test("an answer that breaks off is never complete", arguments: pairs, faults)
    func brokenAnswers(_ pair: Pair, _ fault: UpstreamFault) async throws {
        var script = UpstreamScript(Self.script(Self.text), endID: ByteMap.end)
        script.fault = fault
        // A whole document has no end but its own.
        guard pair.isStreamed || fault != .noEnd else { return }
        let reply = try await Self.ask(pair, script)
        guard reply.status == 200 else {
            #expect(reply.status >= 500, "\(String(decoding: reply.bytes, as: UTF8.self))")
            return
        }
        #expect(pair.isStreamed)
        let answer = try pair.front.read(reply.bytes, isStreamed: true)
        #expect(!answer.isComplete)
        #expect(answer.hasFailed || reply.isCut, "\(String(decoding: reply.bytes, as: UTF8.self))")
    }

    @Test(
        "what is wrong before the first word has a status of its own", arguments: pairs,
        [
            (UpstreamFault.status(429), 429), (.status(500), 502), (.status(503), 503), (.html(502), 502),
            (.html(200), 502), (.status(401), 502), (.hangBeforeHead, 504),
        ] as [(UpstreamFault, UInt)])
    func refusals(_ pair: Pair, _ fault: (UpstreamFault, UInt)) async throws {
        var script = UpstreamScript(Self.script(Self.text))
        script.fault = fault.0
        let reply = try await Self.ask(pair, script)
        #expect(reply.status == fault.1, "\(String(decoding: reply.bytes, as: UTF8.self))")
        let error = try JSONValue(parsing: reply.bytes)["error"]
        #expect(error?["message"]?.string?.isEmpty == false)
        #expect(error?["type"]?.string != nil)
        if case .status(429) = fault.0 { #expect(reply.headers.first(name: "Retry-After") == "7") }
    }

    @Test("bytes that come one by one change nothing", arguments: pairs.filter(\.isStreamed))
    func bytes(_ pair: Pair) async throws {
        var script = UpstreamScript(Self.script(Self.text), endID: ByteMap.end)
        script.fault = .everyByte
        let reply = try await Self.ask(pair, script)
        let answer = try pair.front.read(reply.bytes, isStreamed: true)
        #expect(answer.text == Self.text.joined() && answer.isComplete)
    }
}
