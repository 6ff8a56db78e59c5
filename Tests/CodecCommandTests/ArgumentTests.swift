import ArgumentParser
import CodecClient
import CodecCompression
import CodecCore
import Testing

@testable import codec_cli

@Suite struct ArgumentTests {
    @Test(
        "wrong usage is refused, with 64",
        arguments: [
            ["nothing"], ["complete"], ["complete", "a", "--prompt-ids", "1"],
            ["complete", "a", "--format", "xml"],
            ["complete", "--prompt-ids", "1,,2"], ["complete", "--prompt-ids", "4294967296"],
            ["complete", "a", "--max-tokens", "0"], ["complete", "a", "--format", "json", "--ids"],
            ["complete", "a", "--json"], ["serve"], ["serve", "--model", "m", "--port", "65536"],
            ["serve", "--model", "m", "--tool-markers", "a"],
            ["serve", "--model", "m", "--tool-markers", "a,"],
            ["serve", "--model", "m", "--tool-markers", "a,b,c"],
            ["serve", "--model", "m", "--parallel", "65"], ["serve", "--model", "m", "--threads", "0"],
            ["serve", "--model", "m", "--record-limit", "5"], ["encode"],
            ["serve", "--model", "m", "--upstream", "openai=http://h"],
            ["serve", "--config", "g.yaml", "--upstream", "openai=http://h"],
            ["serve", "--config", "g.yaml", "--map", "m"],
            ["serve", "--model", "m", "--upstream-model", "n"],
            ["serve", "--model", "m", "--tls-cert", "c"], ["serve", "--model", "m", "--front", "soap"],
            ["keys", "new", "ann"], ["keys", "list"],
            ["keys", "new", "ann", "--file", "k", "--expires", "soon"],
            ["keys", "new", "ann", "--file", "k", "--requests-per-minute", "0"],
            ["doctor", "--model", "m", "--config", "g.yaml"],
            ["decode", "--map", "m", "--specials", "plain"], ["frames", "decode"],
            ["frames", "decode", "--format", "xml"],
            ["frames", "encode", "--format", "msgpack", "--rank-table", "t"],
            ["map", "verify", "m", "--hash", "sha256:1"], ["map", "verify", "m", "--family", "f"],
            ["map", "build", "f", "--id", "../x"], ["map", "build", "f", "--json"], ["map", "publish", "m"],
            ["doctor", "--port", "-1"], ["translate", "--from", "m"],
            ["translate", "--from", "m", "--to", "n", "--chunk", "0"],
            ["translate", "--from", "m", "--to", "n", "--special", "a"],
            ["translate", "--from", "m", "--to", "n", "--specials", "show"],
        ])
    func refused(_ arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try CodecCommand.parseAsRoot(arguments) }
        #expect(error.map { CodecCommand.exitCode(for: $0).rawValue } == 64)
    }

    @Test("a prompt as ids")
    func promptIDs() throws {
        let command = try CodecCommand.parseAsRoot([
            "complete", "--prompt-ids", "1, 2,4294967295", "--max-tokens", "5", "--temperature", "0",
            "--seed", "7",
        ])
        let complete = try #require(command as? Complete)
        let options = try complete.arguments.options()
        #expect(options.prompt == .ids([1, 2, .max]))
        #expect(options.maxTokens == 5 && options.temperature == 0 && options.seed == 7)
        #expect(complete.format.frameFormat == .msgpack)
    }

    @Test("--encoding gzip refuses plain bytes, auto takes all that can be read")
    func encodings() {
        #expect(EncodingArgument.auto.accepted == nil)
        #expect(EncodingArgument.gzip.accepted == [.gzip])
        #expect(EncodingArgument.zstd.accepted == [.zstd])
        #expect(EncodingArgument.identity.accepted == [.identity])
    }

    @Test("every format has its name, and json alone is none of frames")
    func formats() {
        let formats = StreamFormatArgument.allCases.compactMap(\.frameFormat)
        #expect(Set(formats) == Set(FrameFormat.allCases))
        #expect(StreamFormatArgument.json.frameFormat == nil)
    }

    @Test("a negative number of tokens is a value, and a wrong one")
    func negativeTokens() {
        let error = #expect(throws: (any Error).self) {
            try CodecCommand.parseAsRoot(["complete", "a", "--max-tokens", "-3"])
        }
        #expect(error.map { CodecCommand.message(for: $0) } == "--max-tokens must be at least 1")
    }

    @Test("columns are as wide as their widest cell; nothing trails a line")
    func table() {
        var table = Table([("a", .left), ("b", .right)])
        table.add(["long", "1"])
        table.add(["x", "100"])
        table.add(["y", ""])
        #expect(table.text == "a       b\nlong    1\nx     100\ny")
    }
}
