import ArgumentParser
import CodecGateway

struct KeysNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a key and print it: this once, for only its hash is kept.")

    @Argument(help: "What logs and metrics call the caller.")
    var name: String
    @OptionGroup var file: KeyFile
    @Option(
        help: ArgumentHelp("A model that the caller may use; all unless given. May be given several times."))
    var model: [String] = []
    @Option(help: "Requests a minute.")
    var requestsPerMinute: Int?
    @Option(help: "Tokens of prompts and answers together a minute.")
    var tokensPerMinute: Int?
    @Option(help: ArgumentHelp("When the key ends: 2027-01-31 or 2027-01-31T12:00:00Z.", valueName: "date"))
    var expires: String?
    @Flag(help: "The caller may read metrics and the state of upstreams.")
    var admin = false

    func validate() throws {
        for limit in [requestsPerMinute, tokensPerMinute] {
            if let limit, !(1...1_000_000_000).contains(limit) {
                throw ValidationError("limits are at least 1")
            }
        }
        if let expires, CallerKey.seconds(date: expires) == nil {
            throw ValidationError("--expires is like 2027-01-31 or 2027-01-31T12:00:00Z")
        }
    }

    func run() throws {
        var keys = try file.read(orElse: CallerKeys())
        var (text, key) = CallerKey.make(name: name)
        key.models = model.isEmpty ? nil : model
        key.requestsPerMinute = requestsPerMinute
        key.tokensPerMinute = tokensPerMinute
        key.expires = expires.flatMap(CallerKey.seconds(date:))
        key.isAdmin = admin
        try keys.add(key)
        try file.write(keys)
        let output = Output()
        try output.write(text + "\n")
        try output.flush()
    }
}
