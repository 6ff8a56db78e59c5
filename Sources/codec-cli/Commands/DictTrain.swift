import ArgumentParser
import CodecCompression
import CodecCore
import CodecMaps

struct DictTrain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Make a zstd dictionary for one map and format.",
        discussion: """
            Tries several parameters, and prints how much smaller than with gzip streams are that it was not made \
            from, by their length. Every fifth stream is held out for that unless --held-out names others; those \
            that begin like one that was learned from are not counted.
            """)

    @OptionGroup var input: StreamFiles
    @Option(help: "The format of the responses that it is for.")
    var format: DictionaryFormatArgument
    @Option(name: .shortAndLong, help: ArgumentHelp("Where the dictionary is written.", valueName: "file"))
    var output: String
    @Option(help: "The greatest size in bytes.")
    var size = 16_384
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Other streams to measure on; all of the first ones are learned from.", valueName: "streams"))
    var heldOut: [String] = []
    @Option(
        name: .customLong("url"), help: "Where it will be found; for the map's entry.")
    var location: String?
    @Flag(help: "Print JSON.")
    var json = false

    /// More take longer, and find nothing that is better by a hundredth.
    private static let steps = 8

    func validate() throws {
        guard (256...ZstdDictionary.maximumBytes).contains(size) else {
            throw ValidationError("--size is 256 to \(ZstdDictionary.maximumBytes)")
        }
    }

    func run() async throws {
        let loaded = try await input.load()
        printError(loaded.summary)
        let (training, measured) = try parts(of: loaded)
        let format = format.format
        let dictionary = try DictionaryTrainer(dictionaryBytes: size, heldOut: 0, steps: Self.steps)
            .train(TrainingStreams.samples(of: training, format: format)).dictionary
        try WholeFile.write(dictionary.bytes, output)
        let report = DictionaryReport(
            dictionary,
            gains: measured.isEmpty ? nil : try DictionaryGains(of: dictionary, on: measured, format: format),
            entry: DictionaryEntry(
                format: self.format.rawValue,
                url: location ?? "https://example.com" + WellKnown.dictionary(dictionary.hash),
                hash: dictionary.hash, sizeBytes: dictionary.bytes.count))
        let stdout = Output()
        try stdout.write((json ? try encodeJSON(report) : report.text) + "\n")
        try stdout.flush()
    }

    private func parts(of loaded: LoadedStreams) throws -> (training: [[TokenID]], heldOut: [[TokenID]]) {
        var parts: (training: [[TokenID]], heldOut: [[TokenID]])
        if heldOut.isEmpty {
            parts = try loaded.split()
        } else {
            let other = try LoadedStreams(heldOut, map: loaded.map)
            printError("held out: \(other.summary)")
            parts = (loaded.streams, other.streams)
        }
        parts.heldOut = LoadedStreams.unlike(parts.training, parts.heldOut)
        if parts.heldOut.isEmpty {
            printError(
                "not measured: every stream held out begins like one that is learned from; give others with --held-out"
            )
        }
        return parts
    }
}
