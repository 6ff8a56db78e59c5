import ArgumentParser
import CodecGateway
import CodecServer
import Foundation
import Testing

@testable import codec_cli

@Suite("Keys on the command line")
struct KeyCommandTests {
    private static func run(_ arguments: [String]) async throws {
        var command = try CodecCommand.parseAsRoot(arguments)
        try command.run()
    }

    @Test("a file of keys grows and shrinks, for its owner's eyes only")
    func file() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await Self.run(["keys", "new", "ann", "--file", path, "--model", "m", "--tokens-per-minute", "9"])
        try await Self.run(["keys", "new", "bob", "--file", path, "--admin", "--expires", "2027-01-31"])
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
        let keys = try CallerKeys(file: path)
        #expect(keys.all.map(\.name) == ["ann", "bob"])
        #expect(keys.all[0].models == ["m"] && keys.all[0].tokensPerMinute == 9 && !keys.all[0].isAdmin)
        #expect(keys.all[1].isAdmin && keys.all[1].expires == CallerKey.seconds(date: "2027-01-31"))
        await #expect(throws: ConfigurationError.self) {
            try await Self.run(["keys", "new", "ann", "--file", path])
        }
        try await Self.run(["keys", "revoke", "ann", "--file", path])
        await #expect(throws: Failure.self) { try await Self.run(["keys", "revoke", "ann", "--file", path]) }
        #expect(try CallerKeys(file: path).all.map(\.name) == ["bob"])
    }

    @Test("the command line comes before the file; paths in a file are relative to it")
    func configuration() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gateway-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("g.yaml").path
        try
            "upstreams: [{name: a, kind: vllm, url: 'http://h', map: m.json}]\nkeys: k.json\nstore: s.sqlite\n"
            .write(toFile: file, atomically: true, encoding: .utf8)
        let serve = try #require(
            try CodecCommand.parseAsRoot(["serve", "--config", file, "--keys", "/k", "--front", "chat"])
                as? Serve)
        let configuration = try serve.upstreams.configuration(map: nil, fronts: serve.fronts)
        #expect(configuration.keysFile == "/k")
        #expect(configuration.store == .file(folder.path + "/s.sqlite"))
        #expect(configuration.upstreams[0].map == folder.path + "/m.json")
        #expect(serve.fronts.fronts == [.chat])
    }
}
