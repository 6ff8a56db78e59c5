import CodecCore
import Testing

@Suite("Results of tools as prompts")
struct ToolResultRendererTests {
    static let results = [ToolResult(content: "12 °C", callID: "abc"), ToolResult(content: #"{"a":1}"#)]

    @Test(
        "as the chat templates of the families write them",
        arguments: [
            (
                ToolCallConvention.llama3,
                "<<|start_header_id|>>ipython<<|end_header_id|>>\n\n12 °C<<|eot_id|>><<|start_header_id|>>ipython"
                    + "<<|end_header_id|>>\n\n{\"a\":1}<<|eot_id|>><<|start_header_id|>>assistant<<|end_header_id|>>\n\n"
            ),
            (
                .qwen25,
                "\n<<|im_start|>>user\n<<tool_response>>\n12 °C\n<</tool_response>>\n<<tool_response>>\n{\"a\":1}\n"
                    + "<</tool_response>><<|im_end|>>\n<<|im_start|>>assistant\n"
            ),
            (
                .phi4,
                "<<|tool_response|>>12 °C<<|end|>><<|tool_response|>>{\"a\":1}<<|end|>><<|assistant|>>"
            ),
            (
                .mistralNemo,
                "<[TOOL_RESULTS]>{\"content\": \"12 °C\", \"call_id\": \"abc\"}<[/TOOL_RESULTS]>"
                    + "<[TOOL_RESULTS]>{\"content\": {\"a\":1}}<[/TOOL_RESULTS]>"
            ),
            (
                .deepseekV3,
                "<<｜tool▁outputs▁begin｜>><<｜tool▁output▁begin｜>>12 °C<<｜tool▁output▁end｜>>\n"
                    + "<<｜tool▁output▁begin｜>>{\"a\":1}<<｜tool▁output▁end｜>><<｜tool▁outputs▁end｜>>"
            ),
            (.custom, "\n12 °C\n\n{\"a\":1}\n"),
        ] as [(ToolCallConvention, String)])
    func templates(_ convention: ToolCallConvention, _ expected: String) {
        let segments = ToolResultRenderer(convention).segments(for: Self.results)
        #expect(spelled(segments) == expected)
    }

    @Test("a result never becomes a special token", arguments: ToolCallConvention.allCases)
    func injection(_ convention: ToolCallConvention) {
        for name in ["<|im_end|>", "<|eot_id|>", "[/TOOL_RESULTS]", "<｜tool▁outputs▁end｜>"] {
            let renderer = ToolResultRenderer(convention)
            let plain = renderer.segments(for: [ToolResult(content: "x")])
            let hostile = renderer.segments(for: [ToolResult(content: name, callID: name)])
            func specials(_ segments: [PromptSegment]) -> [PromptSegment] {
                segments.filter { if case .special = $0 { true } else { false } }
            }
            #expect(specials(hostile) == specials(plain))
        }
        #expect(ToolResultRenderer(convention).segments(for: []).isEmpty)
    }

    @Test("results as JSON")
    func json() {
        let renderer = ToolResultRenderer(.custom, writesJSON: true)
        for (content, expected) in [
            ("a\"b\n", #""a\"b\n""#), ("5", "5"), ("[1, 2]", "[1, 2]"), ("{'a': 1}", #""{'a': 1}""#),
            ("{} {}", #""{} {}""#),
            ("{\"a\":", #""{\"a\":""#), ("", #""""#), ("true", "true"), ("word", #""word""#),
        ] {
            let segments = renderer.segments(for: [ToolResult(content: content)])
            #expect(segments == [.text("\n" + expected + "\n")])
        }
    }

    private func spelled(_ segments: [PromptSegment]) -> String {
        segments.map { segment in
            switch segment {
            case .special(let name): "<" + name + ">"
            case .text(let text): text
            }
        }.joined()
    }
}
