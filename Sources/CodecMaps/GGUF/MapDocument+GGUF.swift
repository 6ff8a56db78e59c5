internal import CodecCore

extension MapDocument {
    /// The map of a model file, made of nothing but its metadata: the same file gives the same document.
    /// - Throws: `invalidField` with the metadata's key, `unsupported` for tokenizers that no map can
    ///   describe yet.
    public init(_ file: GGUFFile) throws(MapError) {
        let model = try Self.required(file.string("tokenizer.ggml.model"), "tokenizer.ggml.model")
        guard model == "gpt2" else {
            throw MapError(
                .unsupported, field: "tokenizer.ggml.model",
                "\"\(model)\" tokenizers are not supported; only byte-level BPE (\"gpt2\") is")
        }
        let name = try Self.required(file.string("tokenizer.ggml.pre"), "tokenizer.ggml.pre")
        guard let family = PreTokenizerFamily(named: name) else {
            throw MapError(
                .unsupported, field: "tokenizer.ggml.pre", "the pre-tokenizer \"\(name)\" is not known")
        }
        let (vocab, specialTokens) = try Self.tokens(of: file)
        self.init(
            id: Self.id(of: file), vocabSize: vocab.ids.count, vocab: vocab, encoder: .byteLevel,
            merges: try Self.required(file.strings("tokenizer.ggml.merges"), "tokenizer.ggml.merges"),
            specialTokens: specialTokens)
        setPreTokenizer(family)
        beginOfSequenceID = Self.tokenID("tokenizer.ggml.bos_token_id", of: file)
        endOfSequenceID = Self.tokenID("tokenizer.ggml.eos_token_id", of: file)
        toolCalling = ToolCalling(specialTokens: Set(specialTokens.map(\.name)))
        try validate()
    }

    private static func required<Value>(_ value: Value?, _ key: String) throws(MapError) -> Value {
        guard let value else {
            throw MapError(.invalidField, field: key, "is missing from the file, or of another type")
        }
        return value
    }

    private static func tokenID(_ key: String, of file: GGUFFile) -> TokenID? {
        file.integer(key).flatMap { TokenID(exactly: $0) }
    }

    /// All tokens but the unused ones, which only pad the vocabulary to the size of the model's matrices,
    /// and the special ones among them.
    private static func tokens(
        of file: GGUFFile
    ) throws(MapError) -> (Vocab, [VocabularyDefinition.SpecialToken]) {
        let (tokensKey, typesKey) = ("tokenizer.ggml.tokens", "tokenizer.ggml.token_type")
        let tokens = try required(file.strings(tokensKey), tokensKey)
        let types = try required(file.integers(typesKey), typesKey)
        guard types.count == tokens.count else {
            throw MapError(
                .invalidField, field: typesKey, "has \(types.count) entries for \(tokens.count) tokens")
        }
        var vocab = Vocab()
        var special: [VocabularyDefinition.SpecialToken] = []
        for (index, type) in types.enumerated() {
            let id = TokenID(truncatingIfNeeded: index)
            switch type {
            case 1, 6: break
            // Unknown, control, and added by the user.
            case 2, 3, 4: special.append(.init(name: String(decoding: tokens[index], as: UTF8.self), id: id))
            case 5: continue
            default:
                throw MapError(.invalidField, field: typesKey, "token \(index) has the unknown type \(type)")
            }
            tokens[index].withUnsafeBufferPointer { vocab.tokens.append($0) }
            vocab.ids.append(id)
        }
        return (vocab, special)
    }

    /// `organization/basename` in the letters that an id may have, from what the file says of itself.
    private static func id(of file: GGUFFile) -> String {
        let name = file.string("general.basename") ?? file.string("general.name")
        let parts = [file.string("general.organization"), name].map { cleaned($0 ?? "") }
        let id = parts.filter { !$0.isEmpty }.joined(separator: "/")
        return id.isEmpty ? "unnamed" : id
    }

    /// Lower case, with everything that an id may not hold as one `-`.
    private static func cleaned(_ text: String) -> String {
        var id = ""
        for scalar in text.lowercased().unicodeScalars {
            let allowed = scalar.isASCII && isValidID(String(scalar)) && scalar != "." && scalar != "/"
            // A dot only between other characters, as in 2.5: two of them are not allowed.
            if allowed || (scalar == "." && !id.isEmpty && id.last != "." && id.last != "-") {
                id.unicodeScalars.append(scalar)
            } else if !id.isEmpty, id.last != "-", id.last != "." {
                id.append("-")
            }
        }
        while id.last == "-" || id.last == "." { id.removeLast() }
        return id
    }
}

extension ToolCalling {
    /// The convention whose markers are among a model's special tokens (spec §9); nil when none is.
    init?(specialTokens: Set<String>) {
        let known: [(Convention, String, String)] = [
            (.llama3, "<|python_tag|>", "<|eom_id|>"),
            (.qwen25, "<tool_call>", "</tool_call>"),
            (.phi4, "<|tool|>", "<|/tool|>"),
            (.mistralNemo, "[TOOL_CALLS]", "[/TOOL_CALLS]"),
            (.deepseekV3, "<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"),
        ]
        guard
            let (convention, start, end) = known.first(where: {
                specialTokens.contains($0.1) && specialTokens.contains($0.2)
            })
        else { return nil }
        self.init(convention: convention, startMarker: start, endMarker: end)
    }
}
