import ArgumentParser
import CodecCore
import CodecMaps

struct Decode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ids on stdin to text.",
        discussion: """
            Reads JSON arrays of ids: the parts of one stream, whose text is printed as it comes. An id that the \
            vocabulary has not becomes U+FFFD, and such ids are counted on stderr.

              echo "[19556, 905]" | codec decode --map model.gguf
            """)

    enum Specials: String, ExpressibleByArgument, CaseIterable { case hide, show }

    @OptionGroup var map: MapArgument
    @Option(help: "Leave special tokens out (hide) or spell them (show).")
    var specials = Specials.hide
    @Flag(help: "Each line of stdin is a stream of its own; print one JSON string for each.")
    var lines = false

    func run() async throws {
        let vocabulary = try await map.load().vocabulary
        var detokenizer = Detokenizer(vocabulary, specials: specials == .show ? .show : .hide)
        var unknownCount = 0
        let output = Output()
        let input = Input(beforeWaiting: output.flush)
        if lines {
            try input.forEachLine { line in
                var parser = JSONPullParser(line)
                let text = detokenizer.append(try parser.idsDocument()) + detokenizer.finish()
                unknownCount += detokenizer.unknownCount
                detokenizer.reset()
                var json: [UInt8] = []
                JSONWriting.append(text.utf8, to: &json)
                json.append(UInt8(ascii: "\n"))
                try output.write(json)
            }
        } else {
            try input.forEachArray { ids in try output.write(detokenizer.append(ids)) }
            try output.write(detokenizer.finish())
            unknownCount = detokenizer.unknownCount
        }
        try output.flush()
        if unknownCount > 0 {
            printError("\(unknownCount) ids are no token's, and became U+FFFD")
        }
    }
}
