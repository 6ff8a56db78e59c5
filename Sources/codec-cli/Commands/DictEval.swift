import ArgumentParser
import CodecCompression
import CodecCore

struct DictEval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Print how much smaller than with gzip streams are with a dictionary, by their length.",
        discussion: "Give streams that the dictionary was not made from.")

    @Argument(help: "The dictionary.")
    var dictionary: String
    @OptionGroup var input: StreamFiles
    @Option(help: "The format of the responses.")
    var format: DictionaryFormatArgument
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let dictionary = try loadDictionary(dictionary)
        let loaded = try await input.load()
        printError(loaded.summary)
        let report = DictionaryReport(
            dictionary, gains: try DictionaryGains(of: dictionary, on: loaded.streams, format: format.format))
        let stdout = Output()
        try stdout.write((json ? try encodeJSON(report) : report.text) + "\n")
        try stdout.flush()
    }
}

/// A dictionary from a file, with which streams can be written.
func loadDictionary(_ path: String) throws -> ZstdDictionary {
    let bytes = try WholeFile.read(path)
    do {
        let dictionary = try ZstdDictionary(bytes)
        try dictionary.checkCompressing()
        return dictionary
    } catch {
        throw Failure(naming: path, error)
    }
}
