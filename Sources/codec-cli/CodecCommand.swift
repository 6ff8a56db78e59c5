import ArgumentParser
import Foundation

@main
struct CodecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codec",
        abstract: "Token ids of language models over the wire.",
        discussion: """
            Data goes to stdout, everything else to stderr. Exit status: 0 done, 1 failed, 64 wrong usage.

              codec serve --model model.gguf
              codec complete "Once upon a time" --max-tokens 64 --stats
              echo "Hello" | codec encode --map model.gguf
            """,
        version: "0.2.0",
        subcommands: [
            Serve.self, Complete.self, Encode.self, Decode.self, Frames.self, Map.self, Dict.self,
            Translate.self, Keys.self,
            Doctor.self,
        ])

    static func main() async {
        do {
            var command = try await asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch  where isParserError(error) {
            exit(withError: error)
        } catch {
            printError("error: \(error)")
            exit(withError: ExitCode.failure)
        }
    }

    /// Whether the error is the argument parser's own: help, a version, wrong usage, or an exit status.
    private static func isParserError(_ error: any Error) -> Bool {
        error is CleanExit || error is ExitCode || error is ValidationError
            || exitCode(for: error) != .failure
    }
}

/// A failure whose one sentence says what was wrong, and where there is something to do, what.
struct Failure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }

    /// What is wrong with a file: it is named once.
    init(naming file: String, _ error: some Error) {
        let text = "\(error)"
        description = text.hasPrefix(file) ? text : "\(file): \(text)"
    }
}

/// Writes a line to stderr.
func printError(_ line: String) {
    FileDescriptorWriter.writeAll(Array((line + "\n").utf8), to: STDERR_FILENO)
}
