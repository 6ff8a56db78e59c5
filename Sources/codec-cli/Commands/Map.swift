import ArgumentParser

struct Map: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Tokenizer maps: what is in one, make one, check one, publish some.",
        subcommands: [MapInspect.self, MapBuild.self, MapVerify.self, MapPublish.self])
}
