internal import CodecCore

/// A model's chat template: the Jinja program in its metadata that writes messages as a prompt.
///
/// Runs the part of the language that chat templates use for messages without tools. The renderer keeps
/// apart what the template wrote and what came in a message, so that no message can spell a special token.
struct ChatTemplate: Sendable {
    private let parsed: Result<[TemplateStatement], TemplateError>
    private let variables: [String: TemplateValue]

    /// - Parameters:
    ///   - source: The template.
    ///   - beginning: How the vocabulary spells its begin-of-sequence token, if it has one.
    ///   - end: How it spells its end-of-sequence token.
    init(_ source: String, beginning: String? = nil, end: String? = nil) {
        parsed = Result { () throws(TemplateError) in try TemplateParser.parse(source) }
        variables = [
            "bos_token": beginning.map(TemplateValue.own) ?? .own(""),
            "eos_token": end.map(TemplateValue.own) ?? .own(""),
            "add_generation_prompt": .bool(true),
        ]
    }

    /// The prompt that asks for the next message of the assistant.
    /// - Throws: `invalidRequest` when the template refuses the messages or needs more of the language.
    func render(_ messages: [ChatMessage]) throws(EngineError) -> [Tokenizer.Segment] {
        guard !messages.isEmpty else {
            throw EngineError(.invalidRequest, "There are no messages.", parameter: "messages")
        }
        var variables = variables
        variables["messages"] = .list(
            messages.map { .map(["role": .message($0.role), "content": .message($0.content)]) })
        var renderer = TemplateRenderer(variables: variables)
        do throws(TemplateError) {
            try renderer.run(try parsed.get())
        } catch {
            throw EngineError(.invalidRequest, Self.explain(error), parameter: "messages")
        }
        return renderer.output.segments
    }

    private static func explain(_ error: TemplateError) -> String {
        switch error {
        case .refused(let reason):
            "The model's chat template refuses the messages: \(reason)"
        case .unsupported(let what):
            "The model's chat template uses what is not supported here (\(what)); send a prompt instead."
        }
    }
}
