import CodecCore
import Foundation
import Testing

@testable import ToolLoop

@Suite struct SandboxTests {
    /// A folder beside a secret, with links that lead out.
    static func with(_ body: (String) throws -> Void) throws {
        let outer = FileManager.default.temporaryDirectory.appending(path: "examples-\(UUID().uuidString)")
        let files = FileManager.default
        let inner = outer.appending(path: "notes")
        try files.createDirectory(at: inner.appending(path: "deep"), withIntermediateDirectories: true)
        defer { try? files.removeItem(at: outer) }
        try Data("secret".utf8).write(to: outer.appending(path: "secret.txt"))
        try files.createDirectory(
            at: outer.appending(path: "notes-too"), withIntermediateDirectories: true)
        try Data("secret".utf8).write(to: outer.appending(path: "notes-too/secret.txt"))
        try Data("a note".utf8).write(to: inner.appending(path: "a.txt"))
        try Data("deeper".utf8).write(to: inner.appending(path: "deep/b.txt"))
        try Data([0xFF, 0xFE]).write(to: inner.appending(path: "binary"))
        try Data(count: Sandbox.largestFile + 1).write(to: inner.appending(path: "large"))
        for (link, target) in [("out", "../secret.txt"), ("up", ".."), ("loop", "loop"), ("in", "a.txt")] {
            try files.createSymbolicLink(
                atPath: inner.appending(path: link).path, withDestinationPath: target)
        }
        try body(inner.path)
    }

    @Test("what is inside is read, and nothing else")
    func reading() throws {
        try Self.with { folder in
            let sandbox = Sandbox(folder)
            for (path, text) in [
                ("a.txt", "a note"), ("deep/../a.txt", "a note"), ("deep/b.txt", "deeper"), ("in", "a note"),
            ] {
                let read = try sandbox.read(path)
                #expect(read == text, "\(path)")
            }
            for path in [
                "../secret.txt", "deep/../../secret.txt", "/etc/passwd", folder + "/a.txt", "out",
                "up/secret.txt",
                "../notes-too/secret.txt", "a.txt\0", "", ".", "..", "deep", "none.txt", "loop", "binary",
                "large",
                "a.txt/../../secret.txt",
            ] {
                #expect(throws: ToolError.self, "\(path)") { try sandbox.read(path) }
            }
            let names = try sandbox.fileNames()
            #expect(names == ["a.txt", "binary", "in"])
        }
    }

    @Test("a tool that fails says so to the model")
    func failing() throws {
        try Self.with { folder in
            let toolbox = Toolbox(sandbox: Sandbox(folder))
            let calls: [(ToolCall, Bool)] = [
                (ToolCall(name: "read_file", argumentsJSON: #"{"path":"a.txt"}"#), true),
                (ToolCall(name: "read_file", argumentsJSON: #"{"path":"../secret.txt"}"#), false),
                (ToolCall(name: "read_file", argumentsJSON: "{}"), false),
                (ToolCall(name: "remove_file", argumentsJSON: #"{"path":"a.txt"}"#), false),
                (ToolCall(argumentsJSON: "not json"), false),
                (ToolCall(name: "current_time", argumentsJSON: "{}"), true),
            ]
            for (call, succeeds) in calls {
                #expect(toolbox.result(of: call).content.hasPrefix("error: ") == !succeeds)
            }
        }
    }
}
