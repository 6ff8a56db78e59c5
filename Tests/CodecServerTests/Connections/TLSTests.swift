import AsyncHTTPClient
import CodecCore
import CodecEngines
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycle
import Testing

@testable import CodecServer

@Suite("TLS and HTTP/2")
struct TLSTests {
    private static func client(_ version: HTTPClient.Configuration.HTTPVersion) -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.httpVersion = version
        return HTTPClient(configuration: configuration)
    }

    private static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Runs a server with TLS, and gives its port and a client.
    private static func with(
        _ engine: any TokenEngine, _ version: HTTPClient.Configuration.HTTPVersion = .automatic,
        grace: Duration = .seconds(30),
        _ body: (RunningServer, HTTPClient) async throws -> Void
    ) async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try TestCertificate.one.write(to: folder)
        let client = client(version)
        do {
            try await RunningServer.with(engine) {
                $0.tls = files
                $0.shutdownGrace = grace
            } _: { server in
                try await body(server, client)
            }
            try await client.shutdown()
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private static func post(_ server: RunningServer, _ json: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: "https://localhost:\(server.port)/v1/completions")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: json))
        return request
    }

    @Test(
        "answers come by HTTP/2 where the client offers it, else by HTTP/1.1",
        arguments: [true, false])
    func versions(isSecond: Bool) async throws {
        let engine = try SteppedEngine(answering: "fine")
        try await Self.with(engine, isSecond ? .automatic : .http1Only) { server, client in
            for json in [#"{"prompt":"a"}"#, #"{"prompt":"a","stream":true}"#] {
                let answer = try await client.execute(Self.post(server, json), timeout: .seconds(60))
                #expect(answer.version.major == (isSecond ? 2 : 1))
                #expect(answer.status == .ok)
                #expect(String(buffer: try await answer.body.collect(upTo: 1 << 20)).contains("fine"))
            }
        }
    }

    @Test("a client that resets its stream frees the slot; other streams of its connection go on")
    func reset() async throws {
        let gate = Gate()
        let engine = try SteppedEngine { request in
            request.prompt == [98]
                ? [.ids([66]), .wait(gate), .ids([67]), .finish(.length)] : [.ids([65]), .hang]
        }
        try await Self.with(engine) { server, client in
            let kept = try await client.execute(
                Self.post(server, #"{"prompt":"b","stream":true}"#), timeout: .seconds(60))
            #expect(kept.version.major == 2)
            let left = Task {
                let answer = try await client.execute(
                    Self.post(server, #"{"prompt":"a","stream":true}"#), timeout: .seconds(60))
                for try await _ in answer.body {}
            }
            try await eventually("both run") { engine.running == 2 }
            left.cancel()
            _ = await left.result
            try await eventually("one slot is free") { engine.running == 1 }
            gate.open()
            let text = String(buffer: try await kept.body.collect(upTo: 1 << 20))
            #expect(text.contains("\"C\"") && text.contains("[DONE]"))
        }
    }

    @Test("a stream of HTTP/2 that ends within the grace comes whole")
    func drainWhole() async throws {
        let gate = Gate()
        let engine = try SteppedEngine { _ in [.ids([65]), .wait(gate), .ids([66]), .finish(.length)] }
        try await Self.with(engine, grace: .seconds(5)) { server, client in
            let answer = try await client.execute(
                Self.post(server, #"{"prompt":"a","stream":true}"#), timeout: .seconds(60))
            #expect(answer.version.major == 2)
            try await eventually("it runs") { engine.running == 1 }
            await server.shutDown()
            while (try? await RawConnection(port: server.port)) != nil { await Task.yield() }
            gate.open()
            let text = String(buffer: try await answer.body.collect(upTo: 1 << 20))
            #expect(text.contains("\"B\"") && text.contains("[DONE]"))
            try await server.stopped()
        }
    }

    @Test("streams that outlast the grace end with an error, and the server stops")
    func drain() async throws {
        let engine = try SteppedEngine { _ in [.ids([65]), .hang] }
        try await Self.with(engine, grace: .milliseconds(50)) { server, client in
            let answer = try await client.execute(
                Self.post(server, #"{"prompt":"a","stream":true}"#), timeout: .seconds(60))
            let reading = Task {
                var text = ""
                do {
                    for try await part in answer.body { text += String(buffer: part) }
                } catch {
                    return (text: text, isCut: true)
                }
                return (text: text, isCut: false)
            }
            try await eventually("it runs") { engine.running == 1 }
            await server.shutDown()
            try await server.stopped()
            let end = await reading.value
            #expect(end.text.contains(#""code":"shutting_down""#))
            #expect(end.isCut && !end.text.contains("[DONE]"))
            try await eventually("the slot is free") { engine.running == 0 }
        }
    }

    @Test("new connections get the certificate that was read again; a wrong file changes nothing")
    func reload() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var configuration = CodecServer.Configuration(host: "127.0.0.1", port: 0)
        configuration.tls = try TestCertificate.one.write(to: folder)
        let server = CodecServer(
            engine: try SteppedEngine(answering: "x"), configuration: configuration,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let running = Task { try await server.run() }
        defer { running.cancel() }
        let port = try await server.boundPort

        /// Whether a client that trusts one certificate is answered.
        func trusts(_ certificate: TestCertificate) async throws -> Bool {
            let other = try Self.folder()
            defer { try? FileManager.default.removeItem(at: other) }
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(try certificate.write(to: other).certificate)
            let client = HTTPClient(configuration: .init(tlsConfiguration: tls))
            let answer = try? await client.execute(
                HTTPClientRequest(url: "https://localhost:\(port)/health"), timeout: .seconds(60))
            try await client.shutdown()
            return answer?.status == .ok
        }
        #expect(try await trusts(.one))
        try TestCertificate.two.write(to: folder)
        try server.reloadCertificate()
        #expect(try await trusts(.two))
        #expect(try await !trusts(.one))
        try "nothing".write(to: folder.appendingPathComponent("cert.pem"), atomically: true, encoding: .utf8)
        #expect(throws: ServerError.self) { try server.reloadCertificate() }
        #expect(try await trusts(.two))
    }

    @Test("files that are none, or do not belong together, are named")
    func wrongFiles() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try TestCertificate.one.write(to: folder)
        let other = try Self.folder()
        defer { try? FileManager.default.removeItem(at: other) }
        let stranger = try TestCertificate.two.write(to: other)
        for (files, name) in [
            (TLSFiles(certificate: "/nowhere.pem", key: files.key), "/nowhere.pem"),
            (TLSFiles(certificate: files.certificate, key: "/nowhere.key"), "/nowhere.key"),
            (TLSFiles(certificate: files.key, key: files.key), files.key),
            (TLSFiles(certificate: files.certificate, key: stranger.key), stranger.key),
        ] {
            let error = #expect(throws: ServerError.self) { try files.load() }
            #expect(error?.message.contains(name) == true)
        }
        #expect(throws: Never.self) { try files.load() }
    }

    @Test("a client that never shakes hands is dropped in time")
    func handshake() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try TestCertificate.one.write(to: folder)
        try await RunningServer.with(try SteppedEngine(answering: "x")) {
            $0.tls = files
            $0.requestTimeout = .milliseconds(300)
        } _: { server in
            let silent = try await RawConnection(port: server.port)
            try await eventually("it is dropped") { silent.isClosed }
        }
    }
}
