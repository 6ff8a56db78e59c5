public import ArgumentParser
public import CodecCore
import CodecMaps

struct Frames: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "frames",
        abstract: "Frames between their bytes and JSON.",
        subcommands: [FramesDecode.self, FramesEncode.self])
}

extension FrameFormat: ExpressibleByArgument {
    public init?(argument: String) { self.init(name: argument) }

    public static var allValueStrings: [String] { allCases.map(\.name) }
}

/// How a stream's bytes are to be understood.
struct StreamArguments: ParsableArguments {
    @Option(help: "The stream's format.")
    var format: FrameFormat

    @Option(
        help: ArgumentHelp("The rank table of a compact stream; without it ranks are ids.", valueName: "file")
    )
    var rankTable: String?

    func validate() throws {
        if rankTable != nil, format != .compact {
            throw ValidationError("--rank-table is for --format compact only.")
        }
    }

    func ranks() throws -> RankTable? {
        guard let rankTable else { return nil }
        do {
            return try RankTable(parsing: InputFile.bytes(path: rankTable, upTo: RankTable.maximumBytes))
        } catch {
            throw Failure(naming: rankTable, error)
        }
    }
}

struct FramesDecode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "A stream's bytes on stdin to one JSON frame a line.",
        discussion:
            "A stream that is damaged, or that ends without a terminal frame, gives its good frames and status 1."
    )

    @OptionGroup var stream: StreamArguments

    func run() async throws {
        let output = Output()
        let input = Input(beforeWaiting: output.flush)
        var decoder = FrameDecoder(format: stream.format, ranks: try stream.ranks())
        do {
            while let bytes = try input.readSome() {
                decoder.append(bytes)
                try printFrames(&decoder, output)
            }
            try decoder.finish()
        } catch {
            try output.flush()
            throw error
        }
        try output.flush()
    }

    private func printFrames(_ decoder: inout FrameDecoder, _ output: Output) throws {
        while let frame = try decoder.next() {
            var line: [UInt8] = []
            FrameJSON.append(frame, to: &line)
            line.append(UInt8(ascii: "\n"))
            try output.write(line)
        }
    }
}

struct FramesEncode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "One JSON frame a line on stdin to a stream's bytes.")

    @OptionGroup var stream: StreamArguments

    func run() async throws {
        let output = Output()
        var encoder = FrameEncoder(format: stream.format, ranks: try stream.ranks())
        try Input(beforeWaiting: output.flush).forEachLine { line in
            var bytes: [UInt8] = []
            encoder.encode(try FrameJSON.frame(line), into: &bytes)
            try output.write(bytes)
        }
        try output.flush()
    }
}
