import CodecCore
import Foundation
import Testing

/// A region's text and the calls in it.
struct RegionCase: CustomTestStringConvertible, Sendable {
    var convention: ToolCallConvention
    var body: String
    var calls: [ToolCall]
    var isComplete: Bool

    init(
        _ convention: ToolCallConvention, _ body: String, _ calls: (String?, String)..., id: String? = nil,
        complete: Bool = true
    ) {
        self.convention = convention
        self.body = body
        self.calls = calls.map { ToolCall(name: $0.0, argumentsJSON: $0.1, id: id) }
        isComplete = complete
    }

    var testDescription: String { "\(convention.name): \(body)" }
}

@Suite("Tool calls out of a region's text")
struct ToolCallParserTests {
    @Test("what models write", arguments: RegionCase.llama + RegionCase.qwen + RegionCase.phi)
    func json(_ region: RegionCase) throws { try check(region) }

    @Test("what models write", arguments: RegionCase.mistral + RegionCase.deepSeek + RegionCase.custom)
    func layouts(_ region: RegionCase) throws { try check(region) }

    private func check(_ region: RegionCase) throws {
        let result = ToolCallParser(region.convention).parse(region.body)
        #expect(result.calls == region.calls)
        #expect(result.isComplete == region.isComplete)
        #expect(result.body == region.body)
        for call in result.calls where call.name != nil {
            _ = try JSONSerialization.jsonObject(
                with: Data(call.argumentsJSON.utf8), options: .fragmentsAllowed)
        }
    }

    @Test("the table covers every convention, sixty outputs at least")
    func coverage() {
        let all =
            RegionCase.llama + RegionCase.qwen + RegionCase.phi + RegionCase.mistral + RegionCase.deepSeek
            + RegionCase.custom
        #expect(all.count >= 60)
        #expect(ToolCallConvention.allCases.allSatisfy { name in all.contains { $0.convention == name } })
    }

    @Test(
        "every beginning of a region is read without a trap, and what has a name has JSON",
        arguments: [
            #"[{"name": "a", "arguments": {"x": "\u00e9\ud83d\ude00", "y": [1, -2.5e3, true, null]}, "id": "1"}]"#,
            #"f(a='x\'y', b=[1, (2, 3)], c={'k': None}), g.call(q="\n")"#,
            "<｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{\"a\": 1}\n```<｜tool▁call▁end｜>",
            #"[TOOL_CALLS]f[CALL_ID]abc[ARGS]{"a": {"b": [}]}"#, #"<function=f>{"a": 'b'}</function>"#,
        ])
    func beginnings(_ text: String) throws {
        for convention in ToolCallConvention.allCases {
            for length in 0...text.unicodeScalars.count {
                let body = String(String.UnicodeScalarView(text.unicodeScalars.prefix(length)))
                for call in ToolCallParser(convention).parse(body).calls where call.name != nil {
                    let json = Data(call.argumentsJSON.utf8)
                    #expect(throws: Never.self, "\(body)") {
                        try JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)
                    }
                }
            }
        }
    }

    @Test("limits")
    func limits() {
        let call = #"{"name": "f", "arguments": {}}"#
        let three = Array(repeating: call, count: 3).joined(separator: "\n")
        func count(_ body: String, _ limits: ToolCallLimits) -> Int {
            ToolCallParser(.qwen25, limits: limits).parse(body).calls.filter { $0.name == "f" }.count
        }
        #expect(count(three, ToolCallLimits(calls: 3)) == 3)
        #expect(count(three, ToolCallLimits(calls: 2)) == 0)
        #expect(count("f() f() f()", ToolCallLimits(calls: 2)) == 0)
        #expect(count("f{} f{} f{}", ToolCallLimits(calls: 2)) == 0)
        #expect(count(call, ToolCallLimits(bytes: call.utf8.count)) == 1)
        #expect(count(call, ToolCallLimits(bytes: call.utf8.count - 1)) == 0)
        let nested = #"{"name": "f", "arguments": {"a": [[1]]}}"#
        #expect(count(nested, ToolCallLimits(depth: 4)) == 1)
        #expect(count(nested, ToolCallLimits(depth: 3)) == 0)
    }

    @Test(
        "long and deep regions",
        arguments: [
            "{", "[", "(", "{\"a\":", "[{", "f(a=", "f(a=[", "\"", "'", "```", "<function=f>{",
            "<｜tool▁sep｜>", ",", "[1] ",
            "{} ", "\\", "<｜tool▁call▁begin｜>", "f{", "f{} ", "[TOOL_CALLS]", "{\"name\":\"f\"", "{a b ",
            "f(a=1,",
        ])
    func long(_ unit: String) {
        let body = String(repeating: unit, count: 100_000 / unit.utf8.count)
        for convention in [ToolCallConvention.qwen25, .deepseekV3] {
            #expect(ToolCallParser(convention).parse(body).body.utf8.count == body.utf8.count)
        }
    }

    @Test("names of conventions")
    func names() {
        let names = ["llama3", "qwen25", "phi4", "mistral_nemo", "deepseek_v3", "deepseek_r1", "custom"]
        #expect(ToolCallConvention.allCases.map(\.name) == names)
        #expect(names.compactMap(ToolCallConvention.init(name:)) == ToolCallConvention.allCases)
        #expect(ToolCallConvention(name: "Llama3") == nil)
    }
}
