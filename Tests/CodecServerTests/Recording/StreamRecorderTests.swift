import CodecAPI
import CodecCompression
import CodecCore
import CodecEngines
import CodecMaps
import Foundation
import Logging
import Testing

@testable import CodecServer

@Suite("Recording")
struct StreamRecorderTests {
    /// A folder for the time of a closure.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "codec-recording-" + RandomName.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { folder + "/" + $0 }
    }

    private func streams(_ folder: String) throws -> [RecordedStream] {
        try files(folder).flatMap { path in
            try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: 0x0A)
                .map { try JSONDecoder().decode(RecordedStream.self, from: $0) }
        }
    }

    private func recorder(_ folder: String, limit: Int = 1 << 20) throws -> StreamRecorder {
        try StreamRecorder(folder: folder, limit: limit, logger: Logger(label: "test"))
    }

    @Test("streams of every form are recorded as their ids in frames, also side by side")
    func streams() async throws {
        try await withFolder { folder in
            let recorder = try recorder(folder)
            let engine = try SteppedEngine { request in
                [.ids(request.prompt), .ids(ByteMap.ids("Hello")), .finish(.length)]
            }
            try await RunningServer.with(engine) {
                $0.recorder = recorder
            } _: { server in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, form) in [
                        #""stream_format":"msgpack""#, #""stream_format":"compact""#, #""stream":true"#,
                    ].enumerated() {
                        for number in 0..<8 {
                            group.addTask {
                                let connection = try await RawConnection(port: server.port)
                                let body = "{\"prompt\":[\(index),\(number)],\(form)}"
                                try await connection.post("/v1/completions", body)
                                try await eventually("the stream ends") {
                                    connection.received.suffix(5) == Array("0\r\n\r\n".utf8)
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                // Whole answers have no frames to learn from.
                let connection = try await RawConnection(port: server.port)
                try await connection.post("/v1/completions", #"{"prompt":"a"}"#)
                try await eventually("it is answered") { connection.text.contains("Hello") }
            }
            recorder.flush()
            #expect(try files(folder).count == 1)
            let recorded = try streams(folder)
            let map = try ByteMap.make().hash.description
            #expect(recorded.allSatisfy { $0.map == map && $0.finishReason == "length" })
            #expect(recorded.allSatisfy { !$0.frames.contains([]) })
            let expected = (0..<3).flatMap { form in
                (0..<8).map { [TokenID(form), TokenID($0)] + ByteMap.ids("Hello") }
            }
            #expect(Set(recorded.map { Array($0.frames.joined()) }) == Set(expected))
            #expect(recorded.count == expected.count)
        }
    }

    @Test("a stream that is cut is recorded as far as it went")
    func cut() async throws {
        try await withFolder { folder in
            let recorder = try recorder(folder)
            let engine = try SteppedEngine { _ in [.ids([65, 66]), .hang] }
            try await RunningServer.with(engine) {
                $0.recorder = recorder
            } _: { server in
                let connection = try await RawConnection(port: server.port)
                try await connection.post(
                    "/v1/completions",
                    #"{"prompt":"a","stream_format":"compact","stream_options":{"flush_ms":0}}"#)
                try await eventually("the ids are there") { connection.chunkedBody == [66, 67] }
                try await connection.close()
                try await eventually("it is recorded") {
                    recorder.flush()
                    return try streams(folder).count == 1
                }
            }
            let stream = try #require(try streams(folder).first)
            #expect(stream.frames == [[65], [66]])
            #expect(stream.finishReason == nil)
        }
    }

    @Test("the folder never grows beyond its limit, other files counted")
    func limit() async throws {
        try await withFolder { folder in
            let stream = RecordedStream(map: "m", frames: [[1, 2, 3]], finishReason: "length")
            let line = try JSONEncoder().encode(stream).count + 1
            let first = try recorder(folder, limit: 3 * line)
            first.record(stream)
            first.flush()
            let second = try recorder(folder, limit: 3 * line)
            for _ in 0..<5 { second.record(stream) }
            second.flush()
            // Room was left for two more of the second; nobody writes after the limit was met.
            #expect(try streams(folder) == [stream, stream, stream])
            try FileManager.default.removeItem(atPath: try #require(try files(folder).first))
            second.record(stream)
            second.flush()
            #expect(try streams(folder).count < 3)
        }
    }

    @Test("a folder that cannot be written to is an error at once")
    func noFolder() throws {
        #expect(throws: ServerError.self) { try recorder("/dev/null/recordings") }
    }
}
