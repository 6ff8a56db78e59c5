import ArgumentParser
import CodecCore
import CodecMaps

struct Translate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ids of one vocabulary on stdin to ids of another.",
        discussion: """
            Each line of stdin is a JSON array, a stream of its own; one array is printed for each: the very ids of \
            its text in the other vocabulary. Special tokens with the same role on both sides (begin of text, end \
            of text, end of turn) become each other, or those that --special names.

              codec encode --map a.json < text | codec translate --from a.json --to b.json
            """)

    enum Specials: String, ExpressibleByArgument, CaseIterable { case drop, refuse }
    enum Unknown: String, ExpressibleByArgument, CaseIterable { case refuse, replace }

    @Option(help: "The map of the ids on stdin: a file, or a URL with #sha256:….")
    var from: String
    @Option(help: "The map of the ids to print.")
    var to: String
    @Option(
        help: ArgumentHelp(
            "A special token's name or id, and what it becomes (may be repeated).", valueName: "from=to"))
    var special: [String] = []
    @Option(help: "Special tokens that become none: leave them out (drop), or fail (refuse).")
    var specials = Specials.drop
    @Option(help: "Ids that the first vocabulary has not: fail (refuse), or take them as U+FFFD (replace).")
    var unknown = Unknown.refuse
    @Option(
        help: ArgumentHelp(
            "Take so many ids at a time, and say on stderr how many were held back: the ids are the same.",
            valueName: "n"))
    var chunk: Int?

    func validate() throws {
        if let chunk, chunk < 1 { throw ValidationError("--chunk must be at least 1") }
        for pair in special where !pair.dropFirst().contains("=") {
            throw ValidationError("--special \(pair): not of the form FROM=TO")
        }
    }

    func run() async throws {
        let (source, target) = (try await loadMap(from), try await loadMap(to))
        var translation = try Translation(
            from: source, to: target, options: options(source, target), chunk: chunk)
        let output = Output()
        let input = Input(beforeWaiting: output.flush)
        try input.forEachLine { line in
            var parser = JSONPullParser(line)
            var json: [UInt8] = []
            JSONWriting.append(try translation.whole(parser.idsDocument()), to: &json)
            json.append(UInt8(ascii: "\n"))
            try output.write(json)
        }
        try output.flush()
        if chunk != nil { printError(translation.latency) }
    }

    private func options(_ source: TokenizerMap, _ target: TokenizerMap) throws -> Translator.Options {
        Translator.Options(
            specials: try special.isEmpty ? nil : special.map { try pair($0, source, target) },
            otherSpecials: specials == .drop ? .drop : .refuse,
            unknownIDs: unknown == .refuse ? .refuse : .replace)
    }

    private func pair(
        _ argument: String, _ source: TokenizerMap, _ target: TokenizerMap
    ) throws -> Translator.SpecialPair {
        let names = argument.split(separator: "=", maxSplits: 1).map(String.init)
        guard names.count == 2 else {
            throw ValidationError("--special \(argument): not of the form FROM=TO")
        }
        return try Translator.SpecialPair(
            source: special(names[0], source, "--from"), target: special(names[1], target, "--to"))
    }

    private func special(_ name: String, _ map: TokenizerMap, _ option: String) throws -> TokenID {
        guard let id = map.vocabulary.specialID(named: name) ?? TokenID(name) else {
            throw Failure("--special: \(name) is no special token of the map \(option)")
        }
        return id
    }
}
