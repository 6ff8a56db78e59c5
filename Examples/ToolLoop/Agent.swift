import CodecClient
import CodecCore
import CodecMaps
import ExampleSupport
import Foundation

/// Asks a model, does what it calls for, and tells it the results, until it answers.
struct Agent {
    let client: CodecClient
    let map: TokenizerMap
    let toolbox: Toolbox
    let markers: CompletionOptions.ToolMarkers
    /// Whether the model has to call each tool once before it may answer. Small models do not call tools by themselves:
    /// the server then begins their turn with the marker of a call, and a grammar leaves them nothing but a call.
    let forcesCalls: Bool
    var mostTurns = 8
    var mostTokens = 128

    /// ChatML, with results as Qwen 2.5 has them: what the vocabulary has no token for is written as text.
    private let renderer = ToolResultRenderer(.qwen25)
    private let parser = ToolCallParser(.qwen25)

    struct Outcome: Sendable {
        var calls: [ToolCall] = []
        var results: [String] = []
        var answer = ""
    }

    func answer(_ question: String) async throws -> Outcome {
        let tools = try toolbox.definitions()
        var conversation = Conversation(map)
        conversation.add(role: "system", Self.instructions(tools))
        conversation.add(role: "user", question, thenAssistant: true)
        var outcome = Outcome()
        for _ in 1...mostTurns {
            let uncalled = tools.filter { tool in !outcome.calls.contains { $0.name == tool.name } }
            let turn = try await turn(conversation.ids, offering: forcesCalls ? uncalled : tools)
            guard !turn.calls.isEmpty else {
                if !turn.text.isEmpty {
                    outcome.answer = turn.text
                    return outcome
                }
                // Small models may end their turn without a word: now that they have the results, they are asked again.
                conversation.add([.special("<|im_end|>"), .text("\n")])
                conversation.add(role: "user", question, thenAssistant: true)
                continue
            }
            let results = turn.calls.map { call in
                let result = toolbox.result(of: call)
                show("call    \(call.name ?? "?")(\(call.argumentsJSON))")
                show("result  \(result.content.trimmingCharacters(in: .newlines))")
                return result
            }
            outcome.calls += turn.calls
            outcome.results += results.map(\.content)
            conversation.add(turn.ids)
            conversation.add(
                (renderer.turnEnd.map { [.special($0)] } ?? []) + renderer.segments(for: results))
        }
        throw ExampleError("no answer after \(mostTurns) turns")
    }

    private struct Turn {
        var ids: [TokenID] = []
        var text = ""
        var calls: [ToolCall] = []
    }

    /// Streams one turn: text is shown as it comes, calls are found among the ids.
    private func turn(_ prompt: [TokenID], offering tools: [CompletionOptions.Tool]) async throws -> Turn {
        let isForced = forcesCalls && !tools.isEmpty
        let response = try await client.completions(
            .init(
                prompt: .ids(prompt), maxTokens: mostTokens, temperature: 0, pinnedMap: map.hash,
                tools: isForced ? tools : [], toolChoice: isForced ? .required : nil))
        var watcher = try ToolWatcher(map.vocabulary, start: markers.start, end: markers.end)
        var detokenizer = Detokenizer(map.vocabulary)
        var turn = Turn()
        for try await frame in response.frames {
            turn.ids += frame.ids
            var events = watcher.feed(frame.ids)
            if frame.done, let event = watcher.end(finishReason: frame.finishReason) { events.append(event) }
            for event in events {
                switch event {
                case .passthrough(let ids): say(detokenizer.append(ids), in: &turn)
                case .region(let ids, _): turn.calls += parser.parse(map.vocabulary.decode(ids)).calls
                case .nestedStart: break
                case .overflow: throw ExampleError("a call does not end")
                // What is cut short is not acted on.
                case .truncated(_, let reason, _):
                    throw ExampleError("a call was cut off (\(reason?.rawValue ?? "no reason"))")
                }
            }
        }
        say(detokenizer.finish(), in: &turn)
        if !turn.text.isEmpty { show("") }
        return turn
    }

    private func say(_ text: String, in turn: inout Turn) {
        guard !text.isEmpty else { return }
        show((turn.text.isEmpty ? "answer  " : "") + text, terminator: "")
        turn.text += text
    }

    private static func instructions(_ tools: [CompletionOptions.Tool]) -> String {
        let list = tools.map { "- \($0.name): \($0.description ?? "")" }
        return "You are a helpful assistant. You have these tools:\n" + list.joined(separator: "\n")
            + "\nAnswer in one or two sentences, by what the tools say."
    }
}
