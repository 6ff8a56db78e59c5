import ArgumentParser
import CodecCore

struct Frames: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "frames",
        abstract: "Frames between their bytes and JSON.",
        subcommands: [FramesDecode.self, FramesEncode.self])
}

enum FrameFormatArgument: String, ExpressibleByArgument, CaseIterable {
    case msgpack, protobuf

    var format: FrameFormat {
        switch self {
        case .msgpack: .msgpack
        case .protobuf: .protobuf
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

    @Option(help: "The stream's format.")
    var format: FrameFormatArgument

    func run() async throws {
        let output = Output()
        let input = Input(beforeWaiting: output.flush)
        var decoder = FrameDecoder(format: format.format)
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

    @Option(help: "The stream's format.")
    var format: FrameFormatArgument

    func run() async throws {
        let output = Output()
        var encoder = FrameEncoder(format: format.format)
        try Input(beforeWaiting: output.flush).forEachLine { line in
            var bytes: [UInt8] = []
            encoder.encode(try FrameJSON.frame(line), into: &bytes)
            try output.write(bytes)
        }
        try output.flush()
    }
}
