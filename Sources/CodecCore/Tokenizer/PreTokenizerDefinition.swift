/// How a text is cut into the pieces that are encoded one by one: splits, applied one after another.
///
/// Each split cuts every piece of the one before; no splits leave the text whole.
public struct PreTokenizerDefinition: Sendable, Equatable {
    public enum Split: Sendable, Equatable {
        /// A Unicode regular expression; matches and what lies between them become pieces.
        case pattern(String)
        /// A regular expression over the characters of the GPT-2 byte alphabet, one for each byte of the piece:
        /// what stages behind a `ByteLevel` stage see. It may cut inside a character.
        case bytePattern(String)
        /// The ops of a `pre_tokenizer_program` (spec §6).
        case program([ProgramOp])
    }

    public var splits: [Split]

    public init(splits: [Split] = []) {
        self.splits = splits
    }
}

/// One op of a `pre_tokenizer_program`, version 1 (spec §6). The first op that matches at least one
/// scalar makes a piece; if none does, one scalar is a piece.
public enum ProgramOp: Sendable, Equatable {
    /// The longest of the patterns that stands here.
    case literals([String], ignoringASCIICase: Bool)
    case letters(lead: LetterLead)
    case numbers(maxRun: Int?, leadSpace: Bool)
    case punctuationRun(leadSpace: Bool, trailingNewlines: Bool)
    case newlineBlock
    case trailingWhitespace
    case whitespaceRun
    case metaspaceSplit(prefixFirst: Bool)

    /// What may stand before a run of letters.
    public enum LetterLead: Sendable, Equatable {
        case none
        /// ` ?`
        case space
        /// `[^\r\n\p{L}\p{N}]?`
        case other
    }
}
