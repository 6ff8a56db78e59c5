import ArgumentParser
import CodecServer
import Logging

/// Where a server keeps the ids of its streams.
struct RecordOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Keep the ids of streams, and nothing else, as material for dictionaries: a file for each run.",
            valueName: "folder"))
    var record: String?
    @Option(help: "Megabytes that the folder may have; then recording stops. (default: 100)")
    var recordLimit: Int?

    func validate() throws {
        guard let recordLimit else { return }
        guard (1...1_000_000).contains(recordLimit) else {
            throw ValidationError("--record-limit is 1 to 1000000")
        }
        guard record != nil else { throw ValidationError("--record-limit belongs to --record") }
    }

    func recorder(logger: Logger) throws -> StreamRecorder? {
        try record.map { folder in
            try StreamRecorder(folder: folder, limit: (recordLimit ?? 100) * 1_000_000, logger: logger)
        }
    }
}
