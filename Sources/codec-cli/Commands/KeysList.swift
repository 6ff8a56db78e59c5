import ArgumentParser
import CodecGateway

struct KeysList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show whose keys there are, and what they are good for.")

    @OptionGroup var file: KeyFile

    func run() throws {
        let output = Output()
        for key in try file.read().all {
            var facts: [String] = []
            if let models = key.models { facts.append("models " + models.joined(separator: ", ")) }
            if let limit = key.requestsPerMinute { facts.append("\(limit) requests a minute") }
            if let limit = key.tokensPerMinute { facts.append("\(limit) tokens a minute") }
            if let expires = key.expires { facts.append("until " + CallerKey.date(seconds: expires)) }
            if key.isAdmin { facts.append("admin") }
            let text = facts.isEmpty ? "no limits" : facts.joined(separator: "; ")
            try output.write("\(key.name)\t\(text)\n")
        }
        try output.flush()
    }
}
