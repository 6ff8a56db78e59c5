internal import CodecCore

/// The parts of a Hugging Face `tokenizer.json` that say how text is encoded.
struct HuggingFaceTokenizer {
    /// An entry of `added_tokens`.
    struct AddedToken {
        var content = ""
        var id: TokenID = 0
        var isSingleWord = false
        var stripsBefore = false
        var stripsAfter = false
        var isNormalized: Bool?
        var isSpecial = false

        /// What the file does not say is as it is where such tokens are made.
        var isFoundInNormalizedText: Bool { isNormalized ?? !isSpecial }
    }

    private(set) var addedTokens: [AddedToken] = []
    private(set) var normalizer = JSONValue.null
    private(set) var preTokenizer = JSONValue.null
    private(set) var postProcessor = JSONValue.null

    private(set) var modelType: String?
    private(set) var vocab: MapDocument.Vocab?
    /// `left right` lines.
    private(set) var merges: StringTable?
    /// The other members of `model`: all of them small.
    private(set) var options: [String: JSONValue] = [:]

    /// - Throws: `malformed` with the offset, `invalidField`.
    init(parsing bytes: [UInt8]) throws(MapError) {
        self.init()
        self = try bytes.withUnsafeBufferPointer { (bytes) throws(MapError) in
            var tokenizer = HuggingFaceTokenizer()
            var reader = MapFieldReader(bytes)
            var hasModel = false
            try reader.advance()
            try reader.members(of: nil) { (reader, name) throws(MapError) in
                switch name {
                case "added_tokens" where reader.token != .null: try tokenizer.readAddedTokens(&reader)
                case "normalizer": tokenizer.normalizer = try reader.value(name)
                case "pre_tokenizer": tokenizer.preTokenizer = try reader.value(name)
                case "post_processor": tokenizer.postProcessor = try reader.value(name)
                case "model":
                    guard !hasModel else { throw reader.invalid(name, "occurs twice") }
                    hasModel = true
                    try tokenizer.readModel(&reader)
                default: break
                }
            }
            try reader.advance()
            guard hasModel else { throw MapError(.invalidField, field: "model", "is missing") }
            return tokenizer
        }
    }

    private init() {}

    private mutating func readAddedTokens(_ reader: inout MapFieldReader) throws(MapError) {
        var tokens: [AddedToken] = []
        try reader.elements(of: "added_tokens") { (reader, index) throws(MapError) in
            var token = AddedToken()
            let element = "added_tokens[\(index)]"
            try reader.members(of: element) { (reader, name) throws(MapError) in
                let field = "\(element).\(name)"
                switch name {
                case "content": token.content = try reader.string(field)
                case "id": token.id = try reader.tokenID(field)
                case "single_word": token.isSingleWord = try reader.bool(field)
                case "lstrip": token.stripsBefore = try reader.bool(field)
                case "rstrip": token.stripsAfter = try reader.bool(field)
                case "normalized": token.isNormalized = try reader.bool(field)
                case "special": token.isSpecial = try reader.bool(field)
                default: break
                }
            }
            guard !token.content.isEmpty else {
                throw reader.invalid("\(element).content", "is missing or empty")
            }
            tokens.append(token)
        }
        addedTokens = tokens
    }

    private mutating func readModel(_ reader: inout MapFieldReader) throws(MapError) {
        var model = self
        try reader.members(of: "model") { (reader, name) throws(MapError) in
            let field = "model.\(name)"
            switch name {
            case "type": model.modelType = try reader.string(field)
            // Models that are not BPE have an array here, and are refused by their type.
            case "vocab" where reader.token == .beginObject:
                guard model.vocab == nil else { throw reader.invalid(field, "occurs twice") }
                model.vocab = try reader.vocab(field)
            case "vocab": break
            case "merges":
                guard model.merges == nil else { throw reader.invalid(field, "occurs twice") }
                model.merges = try Self.merges(&reader, field)
            default: model.options[name] = try reader.value(field)
            }
        }
        self = model
    }

    /// ["left right", …] or [["left", "right"], …]
    private static func merges(
        _ reader: inout MapFieldReader, _ field: String
    ) throws(MapError) -> StringTable {
        var table = StringTable()
        var line: [UInt8] = []
        guard reader.token == .beginArray else { throw reader.invalid(field, "must be an array") }
        while try reader.advance(field) != .endArray {
            line.removeAll(keepingCapacity: true)
            let element = "\(field)[\(table.count)]"
            if reader.token == .beginArray {
                var parts = 0
                while try reader.advance(field) != .endArray {
                    guard reader.token == .string, parts < 2 else {
                        throw reader.invalid(element, "must be two strings")
                    }
                    if parts == 1 { line.append(0x20) }
                    reader.json.appendString(to: &line)
                    parts += 1
                }
                guard parts == 2 else { throw reader.invalid(element, "must be two strings") }
            } else {
                guard reader.token == .string else { throw reader.invalid(element, "must be a string") }
                reader.json.appendString(to: &line)
            }
            line.withUnsafeBufferPointer { table.append($0) }
        }
        return table
    }
}
