import ArgumentParser
import CodecClient
import CodecCompression
import CodecCore

/// What `codec complete` sends, as arguments.
struct CompletionArguments: ParsableArguments {
    @Argument(help: "The prompt; - reads it from stdin.")
    var prompt: String?
    @Option(name: .customLong("prompt-ids"), help: "The prompt as ids: 1,2,3.")
    var promptIDs: String?
    @Option(help: "The model's name; the server's own model unless given.")
    var model: String?
    @Option(parsing: .unconditional, help: "At most so many new tokens.")
    var maxTokens: Int?
    @Option(help: "0 = the most likely token, always.")
    var temperature: Double?
    @Option(help: "The same seed gives the same choices.")
    var seed: UInt32?

    func validate() throws {
        guard (prompt == nil) != (promptIDs == nil) else {
            throw ValidationError("give a prompt, or --prompt-ids")
        }
        if let promptIDs, Self.ids(promptIDs) == nil {
            throw ValidationError("--prompt-ids is a list of ids such as 1,2,3")
        }
        if let maxTokens, maxTokens < 1 { throw ValidationError("--max-tokens must be at least 1") }
    }

    /// The options that all formats share.
    func options() throws -> CompletionOptions {
        CompletionOptions(
            prompt: try requestPrompt(), model: model, maxTokens: maxTokens, temperature: temperature,
            seed: seed)
    }

    private func requestPrompt() throws -> CompletionOptions.Prompt {
        if let ids = promptIDs.flatMap(Self.ids) { return .ids(ids) }
        guard prompt == "-" else { return .text(prompt ?? "") }
        let bytes = try Input().readAll()
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure("stdin is not UTF-8")
        }
        return .text(text)
    }

    private static func ids(_ list: String) -> [TokenID]? {
        let parts = list.split(separator: ",", omittingEmptySubsequences: false)
        let ids = parts.compactMap { part in TokenID(part.filter { $0 != " " }) }
        return ids.count == parts.count ? ids : nil
    }
}

enum StreamFormatArgument: String, ExpressibleByArgument, CaseIterable {
    case msgpack, protobuf
    case msgpackDelta = "msgpack-delta"
    case protobufDelta = "protobuf-delta"
    case compact, json

    /// Nil for text in server-sent events.
    var frameFormat: FrameFormat? { FrameFormat(name: rawValue) }
}

enum EncodingArgument: String, ExpressibleByArgument, CaseIterable {
    case auto, identity, gzip, br, zstd

    /// Nil for all that can be read.
    var accepted: [ContentEncoding]? { self == .auto ? nil : [ContentEncoding(rawValue: rawValue)] }
}
