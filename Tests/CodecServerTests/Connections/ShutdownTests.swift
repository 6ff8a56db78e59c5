import CodecCore
import CodecEngines
import Logging
import Testing

@testable import CodecServer

@Suite("Start and stop")
struct ShutdownTests {
    @Test("a graceful shutdown lets a running stream finish and accepts nothing more")
    func graceful() async throws {
        let gate = Gate()
        let engine = try SteppedEngine { _ in [.ids([65]), .wait(gate), .ids([66]), .finish(.length)] }
        try await RunningServer.with(engine) { server in
            let connection = try await RawConnection(port: server.port)
            try await connection.post("/v1/completions", #"{"prompt":"a","stream":true}"#)
            try await eventually("the stream has begun") { connection.text.contains("\"A\"") }
            await server.shutDown()
            try await eventually("nobody is accepted") {
                (try? await RawConnection(port: server.port)) == nil
            }
            gate.open()
            try await eventually("the stream ends") { connection.text.contains("[DONE]") }
            try await server.stopped()
        }
    }

    @Test("streams that outlast the grace end with an error")
    func outlasting() async throws {
        let engine = try SteppedEngine { _ in [.ids([65]), .hang] }
        try await RunningServer.with(engine) {
            $0.shutdownGrace = .milliseconds(50)
        } _: { server in
            let frames = try await RawConnection(port: server.port)
            try await frames.post("/v1/completions", #"{"prompt":"a","stream_format":"msgpack"}"#)
            let events = try await RawConnection(port: server.port)
            try await events.post("/v1/completions", #"{"prompt":"a","stream":true}"#)
            try await eventually("both have begun") {
                !frames.chunkedBody.isEmpty && !events.chunkedBody.isEmpty
            }
            await server.shutDown()
            try await server.stopped()
            try await eventually("both are closed") { frames.isClosed && events.isClosed }
            #expect(try decodeFrames(frames.chunkedBody, .msgpack).last?.finishReason == .error)
            #expect(events.text.contains(#""code":"shutting_down""#))
            #expect(!events.text.contains("[DONE]"))
            try await eventually("both slots are free") { engine.running == 0 }
        }
    }

    @Test("a port in use is said so")
    func portInUse() async throws {
        let engine = try SteppedEngine(answering: "x")
        try await RunningServer.with(engine) { server in
            let configuration = CodecServer.Configuration(host: "127.0.0.1", port: server.port)
            let early = await #expect(throws: ServerError.self) { try await configuration.checkAddress() }
            #expect(early?.code == .addressInUse)
            let second = CodecServer(
                engine: engine, configuration: configuration,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            let error = await #expect(throws: ServerError.self) { try await second.run() }
            #expect(error?.code == .addressInUse)
            await #expect(throws: ServerError.self) { try await second.boundPort }
        }
    }
}
