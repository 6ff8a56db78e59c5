import ArgumentParser

/// Both ends of a gateway's bench: the upstream behind it and the clients before it.
@main
struct Traffic: ParsableCommand {
    static let configuration = CommandConfiguration(subcommands: [
        Upstream.self, Requests.self, IdleStreams.self,
    ])
}

struct Target: ParsableArguments {
    @Option var port: Int
    @Option var model = "bench"
    @Option var key: String?
    @Option(help: "Length of the user's message in bytes.") var prompt = 600
}
