import ArgumentParser
import CodecCompression

struct DictInspect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Print what a dictionary is.")

    @Argument(help: "The dictionary.")
    var dictionary: String
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let report = DictionaryReport(try loadDictionary(dictionary))
        let stdout = Output()
        try stdout.write((json ? try encodeJSON(report) : report.text) + "\n")
        try stdout.flush()
    }
}

struct DictHash: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash",
        abstract: "Print the hashes of files as headers and maps name them: of dictionaries and rank tables.")

    @Argument(help: ArgumentHelp("The files.", valueName: "file"))
    var files: [String]

    func run() async throws {
        let stdout = Output()
        for file in files { try stdout.write("\(ContentHash(of: try WholeFile.read(file))) \(file)\n") }
        try stdout.flush()
    }
}
