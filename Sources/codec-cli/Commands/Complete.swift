import ArgumentParser
import CodecClient
import CodecCore
import Foundation

struct Complete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Complete a prompt by a server; text is printed as it comes.",
        discussion: """
              codec complete "Once upon a time" --max-tokens 64 --stats
              codec complete --prompt-ids 19556,905 --ids
              codec complete - --compare <prompt.txt
            """)

    @OptionGroup var arguments: CompletionArguments
    @Option(help: "The server's address.")
    var server = "http://127.0.0.1:8000"
    @Option(help: "What the server sends: frames of ids, or text in server-sent events (json).")
    var format = StreamFormatArgument.msgpack
    @Option(help: "How the answer is compressed; auto lets the server choose.")
    var encoding = EncodingArgument.auto
    @Flag(help: "Print the ids as one JSON array in place of the text.")
    var ids = false
    @Flag(help: "Print on stderr what the answer cost.")
    var stats = false
    @Flag(help: "Repeat the prompt over every format and encoding, and print what each cost.")
    var compare = false
    @Flag(help: "Print the figures of --stats or --compare as JSON.")
    var json = false

    func validate() throws {
        if ids && format == .json { throw ValidationError("--format json has no ids to print") }
        if ids && compare { throw ValidationError("--compare prints a table, not --ids") }
        if json && !stats && !compare { throw ValidationError("--json belongs to --stats or --compare") }
    }

    func run() async throws {
        let client = try CodecClient(baseURL: server)
        var options = try arguments.options()
        if compare {
            return try await runComparison(client, options)
        }
        options.acceptedEncodings = encoding.accepted
        let output = Output()
        let run =
            ids
            ? try await printIDs(client, options, output) : try await printText(client, options, output)
        if stats {
            let report = CompletionReport(run, format: format)
            printError(json ? try report.json() : report.text)
        }
        if run.finishReason == FinishReason.error.rawValue {
            throw Failure("the server's generation failed midway; the text is not complete")
        }
    }

    private func printText(
        _ client: CodecClient, _ options: CompletionOptions, _ output: Output
    ) async throws -> CompletionRun {
        let maps = ServerMaps(client: client)
        await maps.prefetch(format: format.frameFormat, encoding: encoding)
        let run = try await CompletionRun(
            client, options, format: format.frameFormat, vocabulary: maps.vocabulary(of:)
        ) { text, _ in
            try output.write(text)
            try output.flush()
        }
        if isatty(STDOUT_FILENO) == 1 { try output.write("\n") }
        try output.flush()
        return run
    }

    /// Prints `[1,2,3]`, each id as it comes. A stream that breaks leaves the array open.
    private func printIDs(
        _ client: CodecClient, _ options: CompletionOptions, _ output: Output
    ) async throws -> CompletionRun {
        let maps = ServerMaps(client: client)
        await maps.prefetch(format: format.frameFormat, encoding: encoding)
        var separator = "["
        let run = try await CompletionRun(
            client, options, format: format.frameFormat, vocabulary: maps.vocabulary(of:)
        ) { _, ids in
            for id in ids {
                try output.write("\(separator)\(id)")
                separator = ","
            }
            try output.flush()
        }
        try output.write(run.ids.isEmpty ? "[]\n" : "]\n")
        try output.flush()
        return run
    }

    private func runComparison(_ client: CodecClient, _ options: CompletionOptions) async throws {
        let comparison = try await Comparison(client, options)
        let output = Output()
        try output.write((json ? try comparison.json() : comparison.text) + "\n")
        try output.flush()
        try comparison.checkTexts()
    }
}
