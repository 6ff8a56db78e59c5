import ArgumentParser
import CodecGateway
import CodecServer

/// What a server offers its clients, and whom it lets in.
struct FrontOptions: ParsableArguments {
    enum API: String, ExpressibleByArgument, CaseIterable {
        case responses, messages, chat, completions, codec
    }

    @Option(
        help: ArgumentHelp(
            "An API to answer in: responses, messages, chat, completions or codec; all unless given. May be given several times.",
            valueName: "api"))
    var front: [API] = []
    @Option(
        help: ArgumentHelp(
            "Let in only callers with a key of this file (codec keys). SIGHUP reads it again.",
            valueName: "file"))
    var keys: String?
    @Option(
        help: ArgumentHelp(
            "Where responses are kept that clients want stored: a file, memory or off. (default: memory)",
            valueName: "file"))
    var store: String?

    var fronts: Set<Front> {
        front.isEmpty ? Set(Front.allCases) : Set(front.compactMap { Front(rawValue: $0.rawValue) })
    }

    /// Nil where everybody is let in.
    func callerKeys() throws -> CallerKeys? { try keys.map { try CallerKeys(file: $0) } }
}

extension ResponseStore {
    /// - Parameter place: nil = in memory.
    /// - Returns: nil where nothing is to be kept.
    static func open(_ place: GatewayConfiguration.Store?) throws -> ResponseStore? {
        switch place {
        case .off: nil
        case .memory, nil: try ResponseStore(.memory)
        case .file(let path): try ResponseStore(.file(path))
        }
    }
}
