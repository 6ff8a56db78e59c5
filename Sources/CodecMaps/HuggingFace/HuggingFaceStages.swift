internal import CodecCore

/// What the `normalizer` and the `pre_tokenizer` of a `tokenizer.json` do, in the words of a map.
///
/// Anything that a map cannot say exactly is an error that names it and its place.
struct HuggingFaceStages {
    private(set) var normalization = VocabularyDefinition.Normalization.none
    private(set) var splits: [MapDocument.Split] = []
    /// Behind `ByteLevel`, stages see the characters of the byte alphabet.
    private(set) var isByteLevel = false
    /// Spaces become `▁`.
    private(set) var replacesSpaces = false
    /// A `▁` is put in front of a text by a normalizer, whatever the text begins with.
    private var prependsSpace = false
    private(set) var spacePrefix = VocabularyDefinition.SpacePrefix.never
    /// `▁` begins a piece: merging does not go across. Where that is said.
    private(set) var splitsAtSpaces: String?

    init(normalizer: JSONValue, preTokenizer: JSONValue) throws(MapError) {
        for (stage, field) in try Self.stages(normalizer, "normalizer", list: "normalizers") {
            try addNormalizer(stage, field)
        }
        guard replacesSpaces || !prependsSpace else {
            throw Self.unsupported("normalizer", "Prepend without a Replace of spaces by ▁")
        }
        if prependsSpace { spacePrefix = .each }
        for (stage, field) in try Self.stages(preTokenizer, "pre_tokenizer", list: "pretokenizers") {
            try addPreTokenizer(stage, field)
        }
        if isByteLevel, replacesSpaces {
            throw MapError(.unsupported, field: "pre_tokenizer", "ByteLevel together with ▁ for spaces")
        }
        if !isByteLevel, !replacesSpaces {
            throw MapError(
                .unsupported, field: "pre_tokenizer",
                "has neither a ByteLevel nor a Metaspace stage, and spaces are not made ▁")
        }
        if !isByteLevel, !splits.isEmpty {
            throw MapError(.unsupported, field: "pre_tokenizer", "splits together with ▁ for spaces")
        }
    }

    /// The stages of a `Sequence`, however nested, in order, each with its place.
    private static func stages(
        _ value: JSONValue, _ field: String, list: String
    ) throws(MapError) -> [(stage: JSONValue, field: String)] {
        guard value != .null else { return [] }
        guard value["type"]?.string == "Sequence" else { return [(value, field)] }
        guard let inner = value[list]?.array else {
            throw MapError(.invalidField, field: "\(field).\(list)", "must be an array")
        }
        var all: [(JSONValue, String)] = []
        for (index, stage) in inner.enumerated() {
            all += try stages(stage, "\(field).\(list)[\(index)]", list: list)
        }
        return all
    }

    private static func type(of stage: JSONValue, _ field: String) throws(MapError) -> String {
        guard let type = stage["type"]?.string else {
            throw MapError(.invalidField, field: "\(field).type", "is missing, or no string")
        }
        return type
    }

    private static func unsupported(_ field: String, _ what: String) -> MapError {
        MapError(.unsupported, field: field, "\(what) is not supported")
    }

    // MARK: - Normalizers

    private mutating func addNormalizer(_ stage: JSONValue, _ field: String) throws(MapError) {
        let type = try Self.type(of: stage, field)
        switch type {
        case "NFC": normalization = .nfc
        case "Prepend" where stage["prepend"]?.string == "▁" && !prependsSpace: prependsSpace = true
        case "Replace"
        where stage["pattern"] == .object([.init(name: "String", value: .string(" "))])
            && stage["content"]?.string == "▁":
            replacesSpaces = true
        case "Prepend", "Replace": throw Self.unsupported(field, "\(type) of anything but a space or ▁")
        default: throw Self.unsupported(field, "the normalizer \(type)")
        }
    }

    // MARK: - Pre-tokenizers

    private mutating func addPreTokenizer(_ stage: JSONValue, _ field: String) throws(MapError) {
        let type = try Self.type(of: stage, field)
        switch type {
        case "Split": try addSplit(stage, field)
        case "ByteLevel": try addByteLevel(stage, field)
        case "Digits":
            let individual = stage["individual_digits"]?.bool ?? false
            add("[\(HuggingFaceClasses.digits)]" + (individual ? "" : "+"))
        case "Punctuation":
            switch stage["behavior"]?.string ?? "Isolated" {
            case "Isolated": add("[\(HuggingFaceClasses.punctuation)]")
            case "Contiguous": add("[\(HuggingFaceClasses.punctuation)]+")
            case let behavior: throw Self.unsupported("\(field).behavior", behavior)
            }
        case "Metaspace": try addMetaspace(stage, field)
        default: throw Self.unsupported(field, "the pre-tokenizer \(type)")
        }
    }

    private mutating func add(_ pattern: String) {
        splits.append(isByteLevel ? .bytePattern(pattern) : .pattern(pattern))
    }

    private mutating func addSplit(_ stage: JSONValue, _ field: String) throws(MapError) {
        let pattern: String
        switch stage["pattern"] {
        case .object(let members)? where members.count == 1 && members[0].name == "Regex":
            pattern = members[0].value.string ?? ""
        case .object(let members)? where members.count == 1 && members[0].name == "String":
            let literal = members[0].value.string ?? ""
            // The normalizer has left no space to split at.
            if literal == " ", replacesSpaces { return }
            pattern = Self.escaped(literal)
        default: pattern = ""
        }
        guard !pattern.isEmpty else {
            throw MapError(.invalidField, field: "\(field).pattern", "must be a Regex or a String")
        }
        let inverted = stage["invert"]?.bool ?? false
        switch stage["behavior"]?.string ?? "" {
        case "Isolated": break
        // Removing what lies between the matches leaves all of the text where matches touch.
        case "Removed" where inverted && Self.coveringPatterns.contains(pattern): break
        case let behavior:
            throw Self.unsupported("\(field).behavior", inverted ? "\(behavior), inverted," : behavior)
        }
        add(pattern)
    }

    /// Patterns whose matches cover any text.
    private static let coveringPatterns = [
        PreTokenizerFamily.gpt2Pattern, PreTokenizerFamily.cl100k(digits: ""),
        PreTokenizerFamily.cl100k(digits: "{1,3}"), PreTokenizerFamily.o200kPattern,
        PreTokenizerFamily.caseAware(contractions: "", digits: ""), PreTokenizerFamily.qwen35Pattern,
    ]

    /// A pattern for exactly this text.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            scalar.isASCII ? "\\x{\(String(scalar.value, radix: 16))}" : String(scalar)
        }.joined()
    }

    private mutating func addByteLevel(_ stage: JSONValue, _ field: String) throws(MapError) {
        guard !isByteLevel else { throw Self.unsupported(field, "a second ByteLevel") }
        // Absent, it is true.
        if stage["add_prefix_space"]?.bool ?? true {
            guard splits.isEmpty else {
                throw Self.unsupported("\(field).add_prefix_space", "a space in front of each piece")
            }
            spacePrefix = .eachUnlessSpace
        }
        if stage["use_regex"]?.bool ?? true { add(PreTokenizerFamily.gpt2Pattern) }
        isByteLevel = true
    }

    private mutating func addMetaspace(_ stage: JSONValue, _ field: String) throws(MapError) {
        guard !isByteLevel, splits.isEmpty, !prependsSpace else {
            throw Self.unsupported(field, "Metaspace behind other stages")
        }
        guard stage["replacement"]?.string ?? "▁" == "▁" else {
            throw Self.unsupported("\(field).replacement", "another character than ▁")
        }
        replacesSpaces = true
        let byFlag = stage["add_prefix_space"]?.bool ?? true ? "always" : "never"
        switch stage["prepend_scheme"]?.string ?? byFlag {
        case "always": spacePrefix = .eachUnlessSpace
        case "first": spacePrefix = .firstUnlessSpace
        case "never": spacePrefix = .never
        case let scheme: throw Self.unsupported("\(field).prepend_scheme", "\"\(scheme)\"")
        }
        if stage["split"]?.bool ?? true { splitsAtSpaces = field }
    }
}
