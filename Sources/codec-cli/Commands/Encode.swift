import ArgumentParser
import CodecCore
import CodecMaps

struct Encode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Text on stdin to ids.",
        discussion: """
            Prints one JSON array: the very ids of the model's own tokenizer, without begin or end token.

              echo -n "Hello world" | codec encode --map model.gguf
            """)

    enum Specials: String, ExpressibleByArgument, CaseIterable { case plain, parse }

    @OptionGroup var map: MapArgument
    @Option(help: "What spells a special token is ordinary text (plain) or that token (parse).")
    var specials = Specials.plain
    @Flag(help: "Each line of stdin is a JSON string; print one array for each.")
    var lines = false

    func run() async throws {
        let tokenizer = try await map.load().tokenizer
        let output = Output()
        if lines {
            try encodeLines(tokenizer, output)
        } else {
            try encodeAll(tokenizer, output)
        }
        try output.flush()
    }

    private func encodeAll(_ tokenizer: Tokenizer, _ output: Output) throws {
        let text = try Input().readAll()
        try text.withUnsafeBufferPointer { text in
            if let offset = UTF8Check.firstInvalidByte(in: text) {
                throw Failure("stdin is not UTF-8: byte \(offset) does not belong there")
            }
            try write(tokenizer.encode(utf8: text, specials: tokenizerSpecials), to: output)
        }
    }

    private func encodeLines(_ tokenizer: Tokenizer, _ output: Output) throws {
        let input = Input(beforeWaiting: output.flush)
        try input.forEachLine { line in
            var parser = JSONPullParser(line)
            let text = try parser.stringDocument()
            try text.withUnsafeBufferPointer {
                try write(tokenizer.encode(utf8: $0, specials: tokenizerSpecials), to: output)
            }
        }
    }

    private var tokenizerSpecials: Tokenizer.Specials { specials == .parse ? .parse : .plain }

    private func write(_ ids: [TokenID], to output: Output) throws {
        var line: [UInt8] = []
        JSONWriting.append(ids, to: &line)
        line.append(UInt8(ascii: "\n"))
        try output.write(line)
    }
}
