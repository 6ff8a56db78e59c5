import ArgumentParser
import CodecCore
import CodecMaps

struct Encode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Text on stdin to ids.",
        discussion: """
            Prints one JSON array: the very ids of the model's own tokenizer, without begin or end token. Bytes that \
            its vocabulary has no token for are left out, as it does, and counted on stderr.

              echo -n "Hello world" | codec encode --map model.gguf
            """)

    enum Specials: String, ExpressibleByArgument, CaseIterable { case plain, parse }

    @OptionGroup var map: MapArgument
    @Option(help: "What spells a special token is ordinary text (plain) or that token (parse).")
    var specials = Specials.plain
    @Flag(help: "Each line of stdin is a JSON string; print one array for each.")
    var lines = false
    @Flag(help: "What is not UTF-8 becomes U+FFFD instead of an error.")
    var replaceInvalid = false

    func validate() throws {
        if lines, replaceInvalid {
            throw ValidationError("--replace-invalid is not for --lines, which are JSON")
        }
    }

    func run() async throws {
        let tokenizer = try await map.load().tokenizer
        let output = Output()
        var droppedBytes = 0
        if lines {
            let input = Input(beforeWaiting: output.flush)
            try input.forEachLine { line in
                var parser = JSONPullParser(line)
                try encode(parser.stringDocument(), tokenizer, output, &droppedBytes)
            }
        } else {
            try encode(readText(), tokenizer, output, &droppedBytes)
        }
        try output.flush()
        if droppedBytes > 0 {
            printError("\(droppedBytes) bytes were left out: the vocabulary has no token for them")
        }
    }

    private func readText() throws -> [UInt8] {
        let text = try Input().readAll()
        guard let offset = text.withUnsafeBufferPointer({ UTF8Check.firstInvalidByte(in: $0) }) else {
            return text
        }
        guard replaceInvalid else {
            throw Failure(
                "stdin is not UTF-8: byte \(offset) does not belong there (--replace-invalid takes it as U+FFFD)"
            )
        }
        return Array(String(decoding: text, as: UTF8.self).utf8)
    }

    private func encode(
        _ text: [UInt8], _ tokenizer: Tokenizer, _ output: Output, _ droppedBytes: inout Int
    ) throws {
        let ids = text.withUnsafeBufferPointer {
            tokenizer.encode(
                utf8: $0, specials: specials == .parse ? .parse : .plain, droppedBytes: &droppedBytes)
        }
        var line: [UInt8] = []
        JSONWriting.append(ids, to: &line)
        line.append(UInt8(ascii: "\n"))
        try output.write(line)
    }
}
