import CodecCore
import CodecEngines
import NIOCore
import Testing

@testable import CodecServer

@Suite("Connections")
struct ConnectionTests {
    private static let frames = #"{"prompt":"a","stream_format":"msgpack"}"#

    @Test(
        "a client that leaves frees its slot at once, also while no id comes",
        arguments: [
            #"{"prompt":"a"}"#, #"{"prompt":"a","stream":true}"#,
            #"{"prompt":"a","stream_format":"msgpack"}"#,
        ])
    func leaving(body: String) async throws {
        let engine = try SteppedEngine { _ in [.ids([65]), .hang] }
        try await RunningServer.with(engine) { server in
            let connection = try await RawConnection(port: server.port)
            try await connection.post("/v1/completions", body)
            try await eventually("the request runs") { engine.running == 1 }
            try await connection.close()
            try await eventually("the slot is free") { engine.running == 0 }
        }
    }

    @Test("a client that never reads stalls its own stream and is dropped; others go on")
    func neverReading() async throws {
        let long = [TokenID](repeating: 65, count: 4_000_000)
        let engine = try SteppedEngine { request in
            [.ids(request.prompt == [98] ? ByteMap.ids("fine") : long), .finish(.length)]
        }
        try await RunningServer.with(engine) {
            $0.stallTimeout = .milliseconds(300)
        } _: { server in
            let stalled = try await RawConnection(port: server.port, reads: false)
            try await stalled.post("/v1/completions", Self.frames)
            try await eventually("the request runs") { engine.running == 1 }
            let other = try await RawConnection(port: server.port)
            try await other.post("/v1/completions", #"{"prompt":"b"}"#)
            try await eventually("the other is answered") { other.text.contains("fine") }
            try await eventually("the stalled one is dropped") { engine.running == 0 }
        }
    }

    @Test("half heads hurt nobody and are dropped in time")
    func halfHeads() async throws {
        let engine = try SteppedEngine(answering: "fine")
        try await RunningServer.with(engine) {
            $0.requestTimeout = .seconds(3)
        } _: { server in
            var halves: [RawConnection] = []
            for _ in 0..<200 {
                let half = try await RawConnection(port: server.port)
                // On a busy machine the server may have dropped it before this is sent.
                try? await half.send("POST /v1/completions HTTP/1.1\r\nHost: loc")
                halves.append(half)
            }
            // Nor may this client be quick enough every time: a try that the server drops is followed by another.
            try await eventually("a whole request is answered") {
                let whole = try await RawConnection(port: server.port)
                try? await whole.post("/v1/completions", #"{"prompt":"b"}"#)
                try await eventually("an answer, or the end") {
                    whole.isClosed || whole.text.contains("fine")
                }
                return whole.text.contains("fine")
            }
            // The server's own count: a client may learn of its end late on a busy machine.
            try await eventually("the halves are dropped") {
                let monitor = try await RawConnection(port: server.port)
                try? await monitor.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
                try await eventually("metrics come, or the end") {
                    monitor.isClosed || monitor.text.contains("codec_queue_depth{")
                }
                try? await monitor.close()
                return monitor.text.contains("\ncodec_connections_open 1\n")
            }
            #expect(halves.count == 200)
        }
    }

    @Test("a connection serves one request after another")
    func keepAlive() async throws {
        let engine = try SteppedEngine(answering: "fine")
        try await RunningServer.with(engine) { server in
            let connection = try await RawConnection(port: server.port)
            for count in 1...3 {
                try await connection.post("/v1/completions", #"{"prompt":"b","stream":true}"#)
                try await eventually("answer \(count)") {
                    connection.text.split(separator: "[DONE]").count > count
                }
            }
        }
    }

    @Test("garbage and endless heads get 400 and hurt nobody", arguments: ["garbage\r\n\r\n", "endless"])
    func garbage(text: String) async throws {
        let engine = try SteppedEngine(answering: "fine")
        try await RunningServer.with(engine) { server in
            let connection = try await RawConnection(port: server.port)
            if text == "endless" {
                try await connection.send("GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 100_000))
            } else {
                try await connection.send(text)
            }
            try await eventually("the connection is closed") { connection.isClosed }
            let whole = try await RawConnection(port: server.port)
            try await whole.post("/v1/completions", #"{"prompt":"b"}"#)
            try await eventually("a whole request is answered") { whole.text.contains("fine") }
        }
    }

    @Test("a failure midway cuts a stream of events")
    func failure() async throws {
        let engine = try SteppedEngine { _ in
            [.ids(ByteMap.ids("Hel")), .fail(EngineError(.generationFailed, "broken"))]
        }
        try await RunningServer.with(engine) { server in
            let connection = try await RawConnection(port: server.port)
            try await connection.post("/v1/completions", #"{"prompt":"a","stream":true}"#)
            try await eventually("the connection is cut") { connection.isClosed }
            #expect(connection.text.contains(#"data: {"error":{"message":"broken","type":"server_error""#))
            #expect(!connection.text.contains("[DONE]"))
            #expect(!connection.text.hasSuffix("0\r\n\r\n"), "a clean end would pass for a whole answer")
        }
    }

    @Test("silence is filled with comments that every reader skips")
    func silence() async throws {
        let gate = Gate()
        let engine = try SteppedEngine { _ in [.wait(gate), .ids([65]), .finish(.length)] }
        try await RunningServer.with(engine) {
            $0.keepAliveInterval = .milliseconds(20)
        } _: { server in
            let connection = try await RawConnection(port: server.port)
            try await connection.post("/v1/completions", #"{"prompt":"a","stream":true}"#)
            try await eventually("a comment comes") { connection.text.contains(": ping\n\n") }
            gate.open()
            try await eventually("the stream ends") { connection.text.contains("[DONE]") }
        }
    }

    @Test("a client that asks for leave to send its body gets it")
    func expectContinue() async throws {
        let engine = try SteppedEngine(answering: "fine")
        try await RunningServer.with(engine) { server in
            let connection = try await RawConnection(port: server.port)
            try await connection.send(
                "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 14\r\nExpect: 100-continue\r\n\r\n")
            try await eventually("leave is given") { connection.text.hasPrefix("HTTP/1.1 100 Continue\r\n") }
            try await connection.send(#"{"prompt":"a"}"#)
            try await eventually("the answer comes") { connection.text.contains("fine") }
        }
    }

    @Test("a body in broken chunks gets 400 and starts nothing")
    func brokenChunks() async throws {
        let engine = try SteppedEngine(answering: "fine")
        try await RunningServer.with(engine) { server in
            let connection = try await RawConnection(port: server.port)
            try await connection.send(
                "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n")
            try await eventually("the connection is closed") { connection.isClosed }
            #expect(connection.text.hasPrefix("HTTP/1.1 400 "))
            #expect(connection.text.split(separator: "HTTP/1.1 ").count == 1, "one answer")
            #expect(engine.requests.isEmpty)
        }
    }

    @Test("a body that is cut off starts nothing", arguments: ["application/json", "application/x-protobuf"])
    func cutBody(type: String) async throws {
        let engine = try SteppedEngine(answering: "fine")
        try await RunningServer.with(engine) { server in
            let connection = try await RawConnection(port: server.port)
            let path = type == "application/json" ? "/v1/completions" : "/v1/completions/codec"
            try await connection.send(
                "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\nContent-Length: 100\r\n\r\n"
                    + "\u{0A}\u{02}\u{01}\u{02}")
            try await connection.close()
            let whole = try await RawConnection(port: server.port)
            try await whole.post("/v1/completions", #"{"prompt":"b"}"#)
            try await eventually("a whole request is answered") { whole.text.contains("fine") }
            #expect(engine.requests.map(\.prompt) == [[98]])
        }
    }
}
