import CodecMaps
import Foundation
import Testing

@testable import CodecServer

@Suite struct ResponseStoreTests {
    private static func response(_ number: Int, size: Int = 10, created: Int = 1000) -> StoredResponse {
        let text = String(repeating: "x", count: size)
        return StoredResponse(
            id: "resp_\(number)", created: created,
            document: Array(
                #"{"id":"resp_\#(number)","output":[{"role":"assistant","content":"\#(text)"}]}"#.utf8),
            input: Array(#"[{"role":"user","content":"\#(number)"}]"#.utf8), history: Array("[]".utf8))
    }

    private static func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func whatIsKeptIsFoundAndForgotten() async throws {
        let store = try ResponseStore(.memory)
        var response = Self.response(1)
        response.events = Array("event: a\n\n".utf8)
        response.owner = "ann"
        response.degradations = ["one", "other"]
        try await store.save(response, now: 1000)
        #expect(try await store.response("resp_1", now: 1000) == response)
        #expect(try await store.response("resp_2", now: 1000) == nil)
        response.document = Array(#"{"output":[]}"#.utf8)
        try await store.save(response, now: 1000)
        #expect(try await store.response("resp_1", now: 1000) == response)
        #expect(try await store.total() == (1, response.byteCount))
        #expect(try await store.delete("resp_1"))
        #expect(try await store.delete("resp_1") == false)
        #expect(try await store.total() == (0, 0))
    }

    @Test func theConversationIsHistoryInputAndOutput() throws {
        var response = Self.response(1, size: 1)
        response.history = Array(#"[{"role":"user","content":"0"}]"#.utf8)
        let contents = try response.conversation().map { $0["content"]?.string }
        #expect(contents == ["0", "1", "x"])
    }

    @Test func theOldestGoFirst() async throws {
        var limits = ResponseStore.Limits()
        limits.count = 3
        let store = try ResponseStore(.memory, limits: limits)
        for number in 1...5 { try await store.save(Self.response(number), now: 1000) }
        #expect(try await store.total().count == 3)
        #expect(try await store.response("resp_2", now: 1000) == nil)
        #expect(try await store.response("resp_3", now: 1000) != nil)
    }

    @Test func bytesAreBounded() async throws {
        var limits = ResponseStore.Limits()
        limits.bytes = 4 * Self.response(1, size: 1000).byteCount
        let store = try ResponseStore(.memory, limits: limits)
        for number in 1...9 { try await store.save(Self.response(number, size: 1000), now: 1000) }
        let total = try await store.total()
        #expect(total.count == 4 && total.bytes <= limits.bytes)
        await #expect(throws: ServerError.self) {
            try await store.save(Self.response(10, size: 5000), now: 1000)
        }
        #expect(try await store.total() == total)
    }

    @Test func oldOnesAreNotFound() async throws {
        var limits = ResponseStore.Limits()
        limits.seconds = 60
        let store = try ResponseStore(.memory, limits: limits)
        try await store.save(Self.response(1, created: 1000), now: 1000)
        #expect(try await store.response("resp_1", now: 1060) != nil)
        #expect(try await store.response("resp_1", now: 1061) == nil)
        try await store.save(Self.response(2, created: 1061), now: 1061)
        #expect(try await store.total().count == 1)
    }

    @Test func aFileIsForItsOwnerAndOpensAgain() async throws {
        let folder = try Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("deep/responses.sqlite").path
        try await ResponseStore(.file(path)).save(Self.response(1), now: 1000)
        let store = try ResponseStore(.file(path))
        #expect(try await store.response("resp_1", now: 1000) == Self.response(1))
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/deep") {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/deep/" + file)
            #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o077 } == 0, "\(file)")
        }
    }

    @Test func whatIsNoStoreIsRefused() throws {
        let folder = try Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("other").path
        try Data(repeating: 7, count: 5000).write(to: URL(fileURLWithPath: path))
        #expect(throws: ServerError.self) { _ = try ResponseStore(.file(path)) }
    }

    /// A process that is killed while many responses are written leaves whole ones behind, all that it was told are kept
    /// among them.
    @Test func aKilledWriterLeavesWholeResponses() async throws {
        let folder = try Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        setenv("CODEC_TEST_STORE", folder.path, 1)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let folder = ProcessInfo.processInfo.environment["CODEC_TEST_STORE"] ?? ""
            let store = try ResponseStore(.file(folder + "/responses"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try await store.save(Self.response(number, size: 50_000), now: 1000)
                        // One line for each that is kept, by one write.
                        let log = open(folder + "/kept", O_WRONLY | O_CREAT | O_APPEND, 0o600)
                        let line = "\(number)\n"
                        _ = line.withCString { write(log, $0, strlen($0)) }
                        close(log)
                        if number == 60 { kill(getpid(), SIGKILL) }
                    }
                }
                try await group.waitForAll()
            }
        }
        let store = try ResponseStore(.file(folder.path + "/responses"))
        let kept = try String(contentsOfFile: folder.path + "/kept", encoding: .utf8)
            .split(separator: "\n").compactMap { Int($0) }
        #expect(!kept.isEmpty)
        for number in kept {
            #expect(
                try await store.response("resp_\(number)", now: 1000) == Self.response(number, size: 50_000))
        }
        let total = try await store.total()
        #expect(total.count >= kept.count && total.count <= 200)
        var bytes = 0
        for number in 0..<200 {
            guard let response = try await store.response("resp_\(number)", now: 1000) else { continue }
            #expect(response == Self.response(number, size: 50_000))
            bytes += response.byteCount
        }
        #expect(bytes == total.bytes)
    }
}
