import CodecClient
import CodecCompression
import CodecMaps
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct CacheTests {
    static func client(_ server: ReplayServer, _ folder: String?) throws -> CodecClient {
        try CodecClient(baseURL: server.url, configuration: .testing(cache: ClientCache(folder: folder)))
    }

    static func files(_ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: folder + "/" + $0, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    static let document = "documents/maps/\(MapTests.hash.hex).json"

    @Test("a map is fetched once, then comes from memory, then from disk without any network")
    func layers() async throws {
        try await withTemporaryFolder { folder in
            try await ReplayServer.run(MapTests.server()) { server in
                let client = try Self.client(server, folder)
                for _ in 0..<3 { _ = try await client.discovery.map(id: "test/two", hash: MapTests.hash) }
                #expect(server.requests.count == 1)
            }
            #expect(try Self.files(folder).contains(Self.document))
            // Compiled beside it: the next process maps that.
            #expect(try Self.files(folder).count { $0.hasPrefix("maps/") && $0.hasSuffix(".compiled") } == 1)
            let nobody = try CodecClient(
                baseURL: "http://127.0.0.1:1", configuration: .testing(cache: ClientCache(folder: folder)))
            let map = try await nobody.discovery.map(id: "test/two", hash: MapTests.hash)
            #expect(map.hash == MapTests.hash)
            #expect(try map.documentBytes() == MapTests.document)
            #expect(try await nobody.discovery.map(MapTests.hash).id == "test/two")
        }
    }

    @Test("a file that was changed is not believed, but fetched again", arguments: [true, false])
    func tampered(isCompiled: Bool) async throws {
        try await withTemporaryFolder { folder in
            try await ReplayServer.run(MapTests.server()) { server in
                _ = try await Self.client(server, folder).discovery.map(id: "test/two", hash: MapTests.hash)
                let path = folder + "/" + Self.document
                let compiled = try #require(try Self.files(folder).first { $0.hasSuffix(".compiled") })
                let changed = Array(
                    String(decoding: MapTests.document, as: UTF8.self)
                        .replacingOccurrences(of: #""a":0"#, with: #""x":0"#).utf8)
                #expect(FileManager.default.createFile(atPath: path, contents: Data(changed)))
                if !isCompiled { try FileManager.default.removeItem(atPath: folder + "/" + compiled) }
                let map = try await Self.client(server, folder).discovery.map(
                    id: "test/two", hash: MapTests.hash)
                #expect(map.hash == MapTests.hash)
                #expect(try map.documentBytes() == MapTests.document)
                #expect(server.requests.count == 2)
                #expect(try Data(contentsOf: URL(filePath: path)) == Data(MapTests.document))
            }
        }
    }

    @Test("what has another hash is not kept")
    func wrong() async throws {
        try await withTemporaryFolder { folder in
            try await ReplayServer.run(MapTests.server(map: MapTests.document + [10])) { server in
                await #expect(throws: ClientError.self) {
                    _ = try await Self.client(server, folder).discovery.map(
                        id: "test/two", hash: MapTests.hash)
                }
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/" + Self.document))
        }
    }

    @Test("many at once, each with a cache of its own over one folder, as processes have")
    func concurrency() async throws {
        try await withTemporaryFolder { folder in
            try await ReplayServer.run(MapTests.server()) { server in
                try await withThrowingTaskGroup(of: ContentHash.self) { group in
                    for _ in 0..<24 {
                        group.addTask {
                            let client = try Self.client(server, folder)
                            return try await client.discovery.map(id: "test/two", hash: MapTests.hash).hash
                        }
                    }
                    for try await hash in group { #expect(hash == MapTests.hash) }
                }
            }
            // No half-written file is left.
            let files = try Self.files(folder)
            #expect(files.count == 2, "\(files)")
        }
    }

    @Test("those who ask one cache at the same time share one request")
    func sharing() async throws {
        try await ReplayServer.run(MapTests.server()) { server in
            let client = try Self.client(server, nil)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<24 {
                    group.addTask {
                        _ = try await client.discovery.map(
                            url: server.url + "/elsewhere.json", hash: MapTests.hash)
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test("who waits for another client's request does not fail with it")
    func others() async throws {
        let cache = ClientCache(folder: nil)
        let (asked, hasAsked) = AsyncStream.makeStream(of: Void.self)
        try await ReplayServer.run(MapTests.server()) { server in
            // Its head comes, and nothing more.
            let silent = ReplayServer.Answer(body: [], closes: false)
            try await ReplayServer.run({ _ in
                hasAsked.yield()
                return silent
            }) { other in
                let failing = Task {
                    try await CodecClient(
                        baseURL: other.url,
                        configuration: .testing(fetching: .init(timeLimit: .seconds(1)), cache: cache)
                    ).discovery.map(url: other.url + "/map", hash: MapTests.hash)
                }
                for await _ in asked.prefix(1) {}
                let client = try CodecClient(baseURL: server.url, configuration: .testing(cache: cache))
                let map = try await client.discovery.map(
                    url: server.url + "/elsewhere.json", hash: MapTests.hash)
                #expect(map.hash == MapTests.hash)
                let failure = await #expect(throws: ClientError.self) { try await failing.value }
                #expect(failure?.code == .timeLimit)
            }
        }
    }

    @Test("who is cancelled waits no longer")
    func cancellation() async throws {
        let (asked, hasAsked) = AsyncStream.makeStream(of: Void.self)
        try await ReplayServer.run({ _ in
            hasAsked.yield()
            return ReplayServer.Answer(body: [], closes: false)
        }) { server in
            let client = try Self.client(server, nil)
            let first = Task { try await client.discovery.map(url: server.url + "/map", hash: MapTests.hash) }
            for await _ in asked.prefix(1) {}
            first.cancel()
            let failure = await #expect(throws: ClientError.self) { try await first.value }
            #expect(failure?.code == .cancelled)
        }
    }

    @Test("a failure is not kept")
    func failure() async throws {
        try await withTemporaryFolder { folder in
            let nobody = ClientCache(folder: folder)
            let client = try CodecClient(
                baseURL: "http://127.0.0.1:1", configuration: .testing(cache: nobody))
            await #expect(throws: ClientError.self) { _ = try await client.discovery.map(MapTests.hash) }
            try await ReplayServer.run(MapTests.server()) { server in
                let client = try CodecClient(baseURL: server.url, configuration: .testing(cache: nobody))
                #expect(try await client.discovery.map(MapTests.hash).hash == MapTests.hash)
            }
        }
    }

    @Test("a folder that cannot be written to is as good as none")
    func unwritable() async throws {
        try await ReplayServer.run(MapTests.server()) { server in
            let client = try Self.client(server, "/dev/null/cache")
            #expect(try await client.discovery.map(MapTests.hash).hash == MapTests.hash)
        }
    }
}
