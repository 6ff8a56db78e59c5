import CodecMaps
import Testing

@testable import CodecAPI

@Suite struct CustomToolTests {
    /// What a model writes, and the text that it means.
    static let written: [(arguments: String, input: String)] = [
        (#"{"input":"plain"}"#, "plain"),
        (#" { "input" : "with blanks" } "#, "with blanks"),
        (#"{"input":"*** Begin\n+\ttab \"quoted\" \\ \/ é"}"#, "*** Begin\n+\ttab \"quoted\" \\ / é"),
        (#"{"input":"\ud83d\ude00 and 😀"}"#, "😀 and 😀"),
        (#"{"input":"\ud83d alone"}"#, "\u{FFFD} alone"),
        (#"{"input":"\ude00"}"#, "\u{FFFD}"),
        (#"{"input":"bad \d escape \u12zz"}"#, #"bad \d escape \u12zz"#),
        ("{\"input\":\"raw\nline\"}", "raw\nline"),
        (#"{"input":"cut off"#, "cut off"),
        (#"{"input":"cut in \u00"#, #"cut in \u00"#),
        (#"{"input":"cut in \"#, #"cut in \"#),
        (#"{"input":"first","other":1}"#, "first"),
        (#"{"other":1,"input":"second"}"#, "second"),
        (#"{"input":{"a":[1,null]}}"#, #"{"a":[1,null]}"#),
        (#"{"text":"none"}"#, #"{"text":"none"}"#),
        ("ls -l", "ls -l"), ("", ""), (#"{"input"#, #"{"input"#), (#"{"input":""}"#, ""),
    ]

    @Test(arguments: written) func everyCutGivesTheSameText(_ row: (arguments: String, input: String)) {
        let characters = Array(row.arguments)
        for size in 1...max(1, characters.count) {
            var reader = CustomInputReader()
            var text = ""
            for start in stride(from: 0, to: characters.count, by: size) {
                text += reader.append(String(characters[start..<min(start + size, characters.count)]))
            }
            text += reader.finish()
            #expect(text == row.input, "in pieces of \(size)")
        }
    }

    @Test func theTextComesWhileItIsWritten() {
        var reader = CustomInputReader()
        #expect(reader.append(#"{"input":"ab"#) == "ab")
        #expect(reader.append(#"c\"#) == "c")
        #expect(reader.append("n") == "\n")
        #expect(reader.append(#"d"}"#) == "d")
        #expect(reader.finish() == "")
    }

    @Test func whatIsWrittenIsReadBack() {
        for (_, input) in Self.written {
            #expect(CustomTool.input(in: CustomTool.arguments(for: input)) == input)
        }
    }
}

@Suite struct FunctionNamesTests {
    @Test func legalNamesStay() {
        var names = FunctionNames()
        #expect(names.function(of: .init("exec_command")) == "exec_command")
        #expect(names.function(of: .init(namespace: "mcp__git", "log")) == "mcp__git__log")
        #expect(names.tool(of: "mcp__git__log") == .init(namespace: "mcp__git", "log"))
        #expect(names.tool(of: "other") == nil)
    }

    @Test func othersAreLegalUniqueAndTheSameEachTime() {
        let tools: [FunctionNames.Tool] = [
            .init("a.b"), .init("a/b"), .init("ä"), .init(String(repeating: "x", count: 65)),
            .init(String(repeating: "x", count: 66)), .init(namespace: "n", "t"), .init("n__t"),
            .init(namespace: "mcp__" + String(repeating: "s", count: 80), "tool"), .init(" "),
        ]
        var (first, second) = (FunctionNames(), FunctionNames())
        let names = tools.map { first.function(of: $0) }
        #expect(Set(names).count == tools.count)
        #expect(names.allSatisfy(FunctionNames.isLegal))
        #expect(names == tools.map { second.function(of: $0) })
        for (tool, name) in zip(tools, names) { #expect(first.tool(of: name) == tool) }
    }
}
