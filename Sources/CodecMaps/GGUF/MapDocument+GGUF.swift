internal import CodecCore

extension MapDocument {
    /// The map of a model file, made of nothing but its metadata: the same file gives the same document.
    /// - Parameter id: nil for the one that the file says.
    /// - Throws: `invalidField` with the metadata's key, `unsupported` for tokenizers that no map can
    ///   describe yet.
    public init(_ file: GGUFFile, id: String? = nil) throws(MapError) {
        let id = id ?? Self.id(of: file)
        switch try Self.required(file.string("tokenizer.ggml.model"), "tokenizer.ggml.model") {
        case "gpt2": try self.init(byteLevel: file, id: id)
        case "llama": try self.init(sentencePiece: file, id: id)
        case let model:
            throw MapError(
                .unsupported, field: "tokenizer.ggml.model",
                "\"\(model)\" tokenizers are not supported; BPE (\"gpt2\") and SentencePiece's BPE (\"llama\") are"
            )
        }
        beginOfSequenceID = Self.tokenID("tokenizer.ggml.bos_token_id", of: file)
        endOfSequenceID = Self.tokenID("tokenizer.ggml.eos_token_id", of: file)
        toolCalling = ToolCalling(
            specialTokens: Set(specialTokens.map(\.name)),
            chatTemplate: file.string("tokenizer.chat_template"))
        try validate()
    }

    private init(byteLevel file: GGUFFile, id: String) throws(MapError) {
        let name = try Self.required(file.string("tokenizer.ggml.pre"), "tokenizer.ggml.pre")
        guard let family = PreTokenizerFamily(named: name) else {
            throw MapError(
                .unsupported, field: "tokenizer.ggml.pre", "the pre-tokenizer \"\(name)\" is not known")
        }
        var vocab = Vocab()
        var special: [VocabularyDefinition.SpecialToken] = []
        for (token, id, type) in try Self.tokens(of: file) {
            let name = String(decoding: token, as: UTF8.self)
            switch type {
            case 1, 6: break
            // Unknown and control.
            case 2, 3: special.append(.init(name: name, id: id))
            // Added by the user: white space is part of any text, all else a marker.
            case 4:
                let isSpace = name.unicodeScalars.allSatisfy(\.properties.isWhitespace)
                special.append(
                    .init(name: name, id: id, flags: isSpace ? [.visible, .matchesAlways] : .visible))
            default: continue
            }
            token.withUnsafeBufferPointer { vocab.tokens.append($0) }
            vocab.ids.append(id)
        }
        self.init(
            id: id, vocabSize: vocab.ids.count, vocab: vocab, encoder: .byteLevel,
            merges: try Self.required(file.strings("tokenizer.ggml.merges"), "tokenizer.ggml.merges"),
            specialTokens: special)
        setPreTokenizer(family)
    }

    private init(sentencePiece file: GGUFFile, id: String) throws(MapError) {
        for key in ["tokenizer.ggml.remove_extra_whitespaces", "tokenizer.ggml.treat_whitespace_as_suffix"]
        where file.bool(key) == true {
            throw MapError(.unsupported, field: key, "is true")
        }
        if file.metadata["tokenizer.ggml.precompiled_charsmap"] != nil {
            throw MapError(
                .unsupported, field: "tokenizer.ggml.precompiled_charsmap", "changes the text before encoding"
            )
        }
        let scores = try Self.required(file.floats("tokenizer.ggml.scores"), "tokenizer.ggml.scores")
        let tokens = try Self.tokens(of: file)
        guard scores.count == tokens.count else {
            throw MapError(
                .invalidField, field: "tokenizer.ggml.scores",
                "has \(scores.count) entries for \(tokens.count) tokens")
        }
        var vocabulary = MetaspaceVocabulary(field: "tokenizer.ggml.tokens")
        for ((token, id, type), score) in zip(tokens, scores) {
            // Unused ones pad the vocabulary to the size of the model's matrices.
            guard let kind = SentencePieceModel.Kind(rawValue: UInt64(type)), kind != .unused else {
                continue
            }
            try vocabulary.append(token, id: id, score: score, kind: kind)
        }
        self = try vocabulary.document(
            id: id, addsPrefix: file.bool("tokenizer.ggml.add_space_prefix") ?? true)
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

    /// All tokens, with their types: 1 normal, 2 unknown, 3 control, 4 added by the user, 5 unused, 6 byte.
    private static func tokens(
        of file: GGUFFile
    ) throws(MapError) -> [(token: ArraySlice<UInt8>, id: TokenID, type: UInt8)] {
        let (tokensKey, typesKey) = ("tokenizer.ggml.tokens", "tokenizer.ggml.token_type")
        let tokens = try required(file.strings(tokensKey), tokensKey)
        let types = try required(file.integers(typesKey), typesKey)
        guard types.count == tokens.count else {
            throw MapError(
                .invalidField, field: typesKey, "has \(types.count) entries for \(tokens.count) tokens")
        }
        if let index = types.firstIndex(where: { !(1...6).contains($0) }) {
            throw MapError(
                .invalidField, field: typesKey, "token \(index) has the unknown type \(types[index])")
        }
        return types.indices.map {
            (tokens[$0], TokenID(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: types[$0]))
        }
    }

    /// `organization/basename` in the letters that an id may have, from what the file says of itself.
    private static func id(of file: GGUFFile) -> String {
        let name = file.string("general.basename") ?? file.string("general.name")
        let parts = [file.string("general.organization"), name].map { cleanedID($0 ?? "") }
        let id = parts.filter { !$0.isEmpty }.joined(separator: "/")
        return id.isEmpty ? "unnamed" : id
    }

    /// Lower case, with everything that a part of an id may not hold as one `-`.
    static func cleanedID(_ text: String) -> String {
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
    /// The convention whose markers are among a model's special tokens (spec §9), and in its chat template
    /// if that is known; nil when none is.
    init?(specialTokens: Set<String>, chatTemplate: String? = nil) {
        let known: [(ToolCallConvention, String, String)] = [
            (.llama3, "<|python_tag|>", "<|eom_id|>"),
            (.qwen25, "<tool_call>", "</tool_call>"),
            (.phi4, "<|tool|>", "<|/tool|>"),
            (.mistralNemo, "[TOOL_CALLS]", "[/TOOL_CALLS]"),
            (.deepseekV3, "<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"),
        ]
        guard
            let (convention, start, end) = known.first(where: {
                specialTokens.contains($0.1) && specialTokens.contains($0.2)
                    && chatTemplate?.contains($0.1) ?? true
            })
        else { return nil }
        self.init(convention: convention, startMarker: start, endMarker: end)
    }
}
