import ArgumentParser
import CodecClient
import CodecCore
import CodecMaps
import CodecServer
import ExampleSupport
import Foundation

@main
struct ToolLoopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ToolLoop",
        abstract: "A model calls tools: ids are streamed, watched, parsed, acted on, and answered in ids.",
        discussion: """
            Starts a server of its own with the default model unless --server names one. That model is too small to \
            call tools by itself, so it is made to: each tool is called once, through `tool_choice`, whose calls begin \
            with the marker and follow a grammar. Give --free for a model that decides by itself.

              swift run ToolLoop
              swift run ToolLoop "What is in shopping.txt?" --sandbox ~/notes
              swift run ToolLoop --server http://127.0.0.1:8000 --free --markers "<tool_call>,</tool_call>"
            """)

    @Argument(help: "What to ask.")
    var question = "What time is it now, and when and where is the meeting?"
    @Option(help: "The folder whose files may be read; one with a note in it unless given.")
    var sandbox: String?
    @Option(help: "The address of a server that runs already.")
    var server: String?
    @Option(help: "The GGUF file of the model.")
    var model = LocalModel.defaultPath
    // SmolLM2 was not trained to call tools and has no tokens for it. Two special tokens that it does not use otherwise
    // serve as well: all that a marker has to be is one id that no text can have.
    @Option(help: "The special tokens that a call stands between, START,END.")
    var markers = "<jupyter_code>,<jupyter_output>"
    @Flag(help: "Let the model decide whether it calls a tool.")
    var free = false

    func run() async throws {
        let names = markers.split(separator: ",").map(String.init)
        guard names.count == 2 else { throw ValidationError("--markers is START,END") }
        let markers = CompletionOptions.ToolMarkers(start: names[0], end: names[1])
        try await withSandbox { sandbox in
            if let server { return try await ask(server, sandbox, markers) }
            try await Self.withServer(model, markers) { url in try await ask(url, sandbox, markers) }
        }
    }

    /// Runs `body` beside a server that knows how its model calls tools.
    static func withServer(
        _ model: String, _ markers: CompletionOptions.ToolMarkers,
        _ body: @Sendable (String) async throws -> Void
    ) async throws {
        let calling = ToolCalling(convention: .qwen25, startMarker: markers.start, endMarker: markers.end)
        try await LocalModel.run(model, toolCalling: calling) { engine in
            try await LocalServer.run(engine, body)
        }
    }

    private func ask(_ url: String, _ sandbox: Sandbox, _ markers: CompletionOptions.ToolMarkers) async throws
    {
        let client = try CodecClient(baseURL: url)
        guard let published = try await client.discovery.index().maps.first else {
            throw ExampleError("\(url) publishes no map")
        }
        let map = try await client.discovery.map(id: published.id, hash: published.hash)
        show("server  \(url), ids of \(map.id)")
        show("ask     \(question)")
        let agent = Agent(
            client: client, map: map, toolbox: Toolbox(sandbox: sandbox), markers: markers, forcesCalls: !free
        )
        let outcome = try await agent.answer(question)
        show("done    \(outcome.calls.count) calls, an answer of \(outcome.answer.count) characters")
    }

    /// The folder that was given, or one with a note in it that is gone afterwards.
    private func withSandbox(_ body: (Sandbox) async throws -> Void) async throws {
        if let sandbox { return try await body(Sandbox(sandbox)) }
        let folder = FileManager.default.temporaryDirectory.appending(path: "ToolLoop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let note = "The meeting is on Thursday at ten o'clock, in the blue room.\n"
        try Data(note.utf8).write(to: folder.appending(path: "notes.txt"))
        try await body(Sandbox(folder.path))
    }
}
