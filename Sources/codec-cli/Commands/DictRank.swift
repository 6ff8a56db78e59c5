import ArgumentParser
import CodecCompression
import CodecCore

struct DictRank: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank",
        abstract: "Make a rank table for the compact format: the ids that streams have most often.")

    @OptionGroup var input: StreamFiles
    @Option(name: .shortAndLong, help: ArgumentHelp("Where the table is written.", valueName: "file"))
    var output: String
    @Option(help: "So many ids at most; the first 127 take one byte on the wire, the others two or three.")
    var count = 512

    func validate() throws {
        guard (1...RankTable.maximumBytes).contains(count) else {
            throw ValidationError("--count is 1 to \(RankTable.maximumBytes)")
        }
    }

    func run() async throws {
        let loaded = try await input.load()
        printError(loaded.summary)
        var counter = RankCounter()
        for stream in loaded.streams { counter.add(stream) }
        let table = try counter.table(count: count)
        try WholeFile.write(table.bytes, output)
        let stdout = Output()
        try stdout.write(
            "\(ContentHash(of: table.bytes)) \(table.ids.count) ids, \(table.bytes.count) bytes\n")
        try stdout.flush()
    }
}
