import ArgumentParser
import CodecGateway

struct KeysRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Take a key out of the file; servers know at their next SIGHUP.")

    @Argument(help: "The caller's name.")
    var name: String
    @OptionGroup var file: KeyFile

    func run() throws {
        var keys = try file.read()
        guard keys.remove(named: name) else { throw Failure("\(file.path) has no key of \(name)") }
        try file.write(keys)
    }
}
