internal import CodecCore

/// A `tekken.json` of Mistral: ranked tokens, of which only the first are used, behind ids of special tokens.
struct TekkenFile {
    private(set) var pattern = ""
    private(set) var ranked = RankedTokens()
    /// How many ids come before those of the ranks.
    private(set) var specialCount = 0
    private(set) var specialNames: [TokenID: String] = [:]

    /// What files that do not list their special tokens mean.
    private static let unlisted = [
        "<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]",
        "[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]", "[IMG_END]",
        "[PREFIX]", "[MIDDLE]", "[SUFFIX]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CONTENT]",
    ]

    /// - Throws: `malformed`, `invalidField`.
    init(parsing bytes: [UInt8]) throws(MapError) {
        self = try bytes.withUnsafeBufferPointer { (bytes) throws(MapError) in
            var reader = MapFieldReader(bytes)
            var file = TekkenFile()
            try file.read(&reader)
            return file
        }
    }

    private init() {}

    private mutating func read(_ reader: inout MapFieldReader) throws(MapError) {
        var config = Config()
        var vocab: RankedTokens?
        var names: [TokenID: String]?
        try reader.advance()
        try reader.members(of: nil) { (reader, name) throws(MapError) in
            switch name {
            case "config": config = try Config(&reader)
            case "vocab": vocab = try Self.vocab(&reader)
            case "special_tokens" where reader.token != .null: names = try Self.names(&reader)
            default: break
            }
        }
        try reader.advance()
        pattern = try Self.required(config.pattern, "config.pattern")
        specialCount = try Self.required(config.specialCount, "config.default_num_special_tokens")
        let size = try Self.required(config.size, "config.default_vocab_size")
        let all = try Self.required(vocab, "vocab")
        guard size > specialCount, size - specialCount <= all.count else {
            throw MapError(
                .invalidField, field: "config.default_vocab_size",
                "\(size) is not the \(specialCount) special tokens and some of the \(all.count) others")
        }
        for number in 0..<all.count where Int(all.ranks[number]) < size - specialCount {
            try ranked.append(Array(all.tokens[number]), rank: all.ranks[number], field: "vocab", offset: nil)
        }
        specialNames =
            names
            ?? Dictionary(uniqueKeysWithValues: zip((0 as TokenID)..., Self.unlisted).map { ($0, $1) })
        if let id = specialNames.keys.first(where: { Int($0) >= specialCount }) {
            throw MapError(
                .invalidField, field: "special_tokens", "the rank \(id) is not below \(specialCount)")
        }
    }

    private struct Config {
        var pattern: String?
        var size: Int?
        var specialCount: Int?

        init() {}

        init(_ reader: inout MapFieldReader) throws(MapError) {
            var config = Config()
            try reader.members(of: "config") { (reader, name) throws(MapError) in
                let field = "config.\(name)"
                let range = 1...Int(Vocabulary.maximumID)
                switch name {
                case "pattern": config.pattern = try reader.string(field)
                case "default_vocab_size": config.size = try reader.integer(field, in: range)
                case "default_num_special_tokens":
                    config.specialCount = try reader.integer(field, in: range)
                default: break
                }
            }
            self = config
        }
    }

    private static func required<Value>(_ value: Value?, _ field: String) throws(MapError) -> Value {
        guard let value else { throw MapError(.invalidField, field: field, "is missing") }
        return value
    }

    /// [{rank, token_bytes, …}, …]
    private static func vocab(_ reader: inout MapFieldReader) throws(MapError) -> RankedTokens {
        var tokens = RankedTokens()
        var text: [UInt8] = []
        try reader.elements(of: "vocab") { (reader, index) throws(MapError) in
            var rank: TokenID?
            var token: [UInt8]?
            let element = "vocab[\(index)]"
            try reader.members(of: element) { (reader, name) throws(MapError) in
                if name == "rank" { rank = try reader.tokenID(element + ".rank") }
                guard name == "token_bytes" else { return }
                guard reader.token == .string else {
                    throw reader.invalid(element + ".token_bytes", "must be a string")
                }
                text.removeAll(keepingCapacity: true)
                reader.json.appendString(to: &text)
                var decoded: [UInt8] = []
                guard Base64.decode(text, into: &decoded) else {
                    throw reader.invalid(element + ".token_bytes", "is not base64")
                }
                token = decoded
            }
            guard let rank, let token else { throw reader.invalid(element, "has no rank or no token_bytes") }
            try tokens.append(token, rank: rank, field: element, offset: reader.json.tokenOffset)
        }
        return tokens
    }

    /// [{rank, token_str, …}, …]
    private static func names(_ reader: inout MapFieldReader) throws(MapError) -> [TokenID: String] {
        var names: [TokenID: String] = [:]
        try reader.elements(of: "special_tokens") { (reader, index) throws(MapError) in
            var rank: TokenID?
            var text: String?
            let element = "special_tokens[\(index)]"
            try reader.members(of: element) { (reader, name) throws(MapError) in
                switch name {
                case "rank": rank = try reader.tokenID(element + ".rank")
                case "token_str": text = try reader.string(element + ".token_str")
                default: break
                }
            }
            guard let rank, let text else { throw reader.invalid(element, "has no rank or no token_str") }
            guard names.updateValue(text, forKey: rank) == nil else {
                throw reader.invalid(element, "the rank \(rank) occurs twice")
            }
        }
        return names
    }
}

extension MapDocument {
    /// The map of a `tekken.json`.
    /// - Throws: `invalidField`.
    init(_ file: TekkenFile, id: String) throws(MapError) {
        let first = TokenID(truncatingIfNeeded: file.specialCount)
        let (vocab, merges) = try file.ranked.vocabulary(firstID: first, field: "vocab")
        self.init(
            id: id, vocabSize: vocab.ids.count, vocab: vocab, encoder: .byteLevel, merges: merges,
            specialTokens: (0..<first).map { id in
                .init(name: file.specialNames[id] ?? "<SPECIAL_\(id)>", id: id)
            })
        addSpecialTokensToVocab()
        preTokenizerPattern = file.pattern
        wholePieces = true
        beginOfSequenceID = specialID(named: "<s>")
        endOfSequenceID = specialID(named: "</s>")
        toolCalling = ToolCalling(specialTokens: Set(specialTokens.map(\.name)))
    }
}
