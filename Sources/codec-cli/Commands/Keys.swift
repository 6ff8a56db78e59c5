import ArgumentParser

struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The keys that callers of a server need.",
        discussion: """
            The file holds hashes only. `codec serve --keys FILE` reads it when it starts and on SIGHUP.

              codec keys new ann --file keys.json --requests-per-minute 60
              codec keys list --file keys.json
              codec keys revoke ann --file keys.json
            """, subcommands: [KeysNew.self, KeysList.self, KeysRevoke.self])
}
