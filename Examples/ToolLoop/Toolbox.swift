import CodecClient
import CodecCore
import Foundation

/// The tools of this program: each is described to the model, and does something real.
struct Toolbox: Sendable {
    let sandbox: Sandbox

    /// What the model is told. The files are listed, so that a call that is forced by a grammar names one of them.
    func definitions() throws -> [CompletionOptions.Tool] {
        let names = try sandbox.fileNames()
        let list = String(decoding: try JSONEncoder().encode(names), as: UTF8.self)
        let path = #"{"type": "string"\#(names.isEmpty ? "" : #", "enum": "# + list)}"#
        return [
            .init(
                name: "current_time", description: "The current date and time, in UTC.",
                parameters: #"{"type": "object", "properties": {}, "additionalProperties": false}"#),
            .init(
                name: "read_file", description: "The text of a file.",
                parameters: #"{"type": "object", "properties": {"path": \#(path)}, "required": ["path"]}"#),
        ]
    }

    /// Does what a call asks for. What goes wrong is told to the model: it may do better next time.
    func result(of call: ToolCall) -> ToolResult {
        do {
            return ToolResult(content: try run(call), callID: call.id)
        } catch {
            return ToolResult(content: "error: \(error)", callID: call.id)
        }
    }

    private struct ReadFile: Decodable { var path: String }

    private func run(_ call: ToolCall) throws -> String {
        switch call.name {
        case "current_time":
            let now = DateFormatter()
            now.locale = Locale(identifier: "en_US_POSIX")
            now.timeZone = TimeZone(identifier: "UTC")
            now.dateFormat = "EEEE, d MMMM yyyy, HH:mm 'UTC'"
            return now.string(from: Date())
        case "read_file":
            guard
                let arguments = try? JSONDecoder().decode(ReadFile.self, from: Data(call.argumentsJSON.utf8))
            else { throw ToolError("read_file needs a path") }
            return try sandbox.read(arguments.path)
        case let name:
            throw ToolError("there is no tool \(name ?? "without a name")")
        }
    }
}

/// What a tool tells the model when it cannot do what was asked.
struct ToolError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
