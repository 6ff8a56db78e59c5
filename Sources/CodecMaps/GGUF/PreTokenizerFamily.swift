internal import CodecCore

/// How a family of byte-level models cuts text before merging: what a GGUF file names in
/// `tokenizer.ggml.pre` instead of spelling it out.
struct PreTokenizerFamily {
    /// Patterns, applied one after another.
    var splits: [MapDocument.Split]
    /// Pieces that are whole vocabulary entries are taken as they are.
    var wholePieces = false
    var normalization = VocabularyDefinition.Normalization.none
    /// The nearest that readers without `pre_tokenizer_splits` can do, when one pattern is not enough.
    var nearest: (pattern: String, program: [ProgramOp]?)?

    /// The family with this name; nil when it is not known.
    init?(named name: String) {
        switch name {
        case "gpt-2", "phi-2", "mpt", "olmo": self = .gpt2
        case "smollm", "starcoder", "refact", "codeshell", "exaone", "minerva-7b": self = .isolatedDigits
        case "command-r":
            self = .isolatedDigits
            normalization = .nfc
        case "falcon": self = .falcon
        case "llama-bpe", "llama3", "llama-v3", "falcon3", "lfm2", "glm4", "chatglm-bpe":
            self = PreTokenizerFamily(splits: [Self.cl100k(digits: "{1,3}")], wholePieces: true)
        case "dbrx", "smaug-bpe":
            self = PreTokenizerFamily(splits: [Self.cl100k(digits: "{1,3}")])
        case "qwen2", "deepseek-r1-qwen":
            self = PreTokenizerFamily(splits: [Self.cl100k(digits: "")])
            normalization = .nfc
        case "megrez", "stablelm2", "hunyuan", "grok-2":
            self = PreTokenizerFamily(splits: [Self.cl100k(digits: "")])
        case "qwen35":
            self = PreTokenizerFamily(splits: [Self.qwen35Pattern])
            normalization = .nfc
        case "gpt-4o", "llama4": self = PreTokenizerFamily(splits: [Self.o200kPattern], wholePieces: true)
        case "tekken":
            self = PreTokenizerFamily(
                splits: [Self.caseAware(contractions: "", digits: "")], wholePieces: true)
        case "deepseek-v3", "hunyuan-dense", "joyai-llm": self = .deepseekV3
        case "deepseek-coder": self = .deepseekCoder
        default: return nil
        }
    }

    private init(
        splits: [String], wholePieces: Bool = false, nearest: (String, [ProgramOp]?)? = nil
    ) {
        self.splits = splits.map { .pattern($0) }
        self.wholePieces = wholePieces
        self.nearest = nearest
    }

    private static let contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]

    static let gpt2Pattern =
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"

    static let gpt2 = PreTokenizerFamily(splits: [gpt2Pattern])

    /// Each digit is a piece; what lies between is cut as GPT-2 does.
    static let isolatedDigits = PreTokenizerFamily(
        splits: ["[\(HuggingFaceClasses.digits)]", gpt2Pattern],
        nearest: (
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            [
                .literals(contractions, ignoringASCIICase: false), .letters(lead: .space),
                .numbers(maxRun: 1, leadSpace: false),
                .punctuationRun(leadSpace: true, trailingNewlines: false), .trailingWhitespace,
                .whitespaceRun,
            ]
        ))

    /// Runs of punctuation, then as GPT-2; the stages behind see the byte alphabet, and cut digits by threes.
    static let falcon: PreTokenizerFamily = {
        var family = PreTokenizerFamily(splits: ["[\(HuggingFaceClasses.punctuation)]+", gpt2Pattern])
        family.splits += [.bytePattern("[\(HuggingFaceClasses.digits)]+"), .bytePattern("[0-9][0-9][0-9]")]
        family.nearest = (gpt2Pattern, nil)
        return family
    }()

    /// The pattern of cl100k_base, with runs of digits as given.
    static func cl100k(digits: String) -> String {
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}" + digits
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
    }

    static let o200kPattern = caseAware(contractions: "(?i:'s|'t|'re|'ve|'m|'ll|'d)?", digits: "{1,3}")

    /// The pattern of Qwen 3.5 and later: marks belong to words.
    static let qwen35Pattern =
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"
        + "| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"

    /// The pattern of o200k_base: words are cut where lower case is followed by upper case.
    static func caseAware(contractions: String, digits: String) -> String {
        let upper = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]"
        let lower = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]"
        let lead = "[^\\r\\n\\p{L}\\p{N}]?"
        return "\(lead)\(upper)*\(lower)+\(contractions)|\(lead)\(upper)+\(lower)*\(contractions)"
            + "|\\p{N}\(digits)| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
    }

    /// The first generation: new lines, words, punctuation, East Asian runs and digits, each by a stage.
    private static let deepseekCoder = PreTokenizerFamily(splits: [
        "[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", "[一-龥\u{800}-一가-\u{D7FF}]+",
        "[\(HuggingFaceClasses.digits)]",
    ])

    private static let deepseekV3 = PreTokenizerFamily(splits: [
        "\\p{N}{1,3}", "[一-龥\u{3040}-ゟ゠-ヿ]+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
            + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    ])
}

extension MapDocument {
    /// Says how a family cuts text: by one pattern where that is enough, else by splits, with the nearest
    /// pattern beside them.
    mutating func setPreTokenizer(_ family: PreTokenizerFamily) {
        wholePieces = family.wholePieces
        normalization = family.normalization
        preTokenizerProgram = family.nearest?.program
        preTokenizerPattern = family.nearest?.pattern
        if family.splits.count == 1, case .pattern(let pattern) = family.splits[0] {
            preTokenizerPattern = pattern
        } else {
            preTokenizerSplits = family.splits
        }
    }
}
