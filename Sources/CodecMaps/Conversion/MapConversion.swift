internal import CodecCompression
internal import CodecCore

/// A map made from a model's own tokenizer file, and what the file turned out to be.
public struct MapConversion: Sendable {
    public let format: SourceFormat
    /// For files of ranks: the family whose patterns and special tokens were taken.
    public let family: String?
    /// Other families whose files have the same ranks.
    public let otherFamilies: [String]
    public let document: MapDocument

    /// Makes the map of a file; what it is shows in its content. It may be gzipped. The same file gives the
    /// same document.
    /// - Parameters:
    ///   - path: a GGUF model, a `tokenizer.json` (with the `tokenizer_config.json` beside it, if there is
    ///     one), a tiktoken file, a `tekken.json` or a SentencePiece model.
    ///   - id: the map's id; nil for the one that a GGUF file says itself, or one made of the file's name.
    ///   - family: for files of ranks, one of `RankFamily.all` by name; nil for the one that the file's hash
    ///     or number of ranks tells.
    /// - Throws: `unsupported` with the place of what no map can say, and what readers of files throw.
    public init(path: String, id: String? = nil, family: String? = nil) throws(MapError) {
        let file = try InputFile(path: path)
        if try file.isGGUF {
            try self.init(gguf: GGUFFile(reading: file), id: id, family: family)
            return
        }
        let bytes = try file.readUncompressed(atMost: MapDocument.maximumBytes)
        try self.init(
            parsing: bytes, config: Self.config(at: Self.configPath(beside: path)),
            id: id ?? Self.id(ofFile: path),
            family: family)
    }

    /// Makes the map of a file in memory.
    /// - Parameter config: the bytes of a `tokenizer_config.json`.
    public init(
        parsing bytes: [UInt8], config: [UInt8]? = nil, id: String? = nil, family: String? = nil
    ) throws(MapError) {
        guard let format = SourceFormat(of: bytes) else {
            throw MapError(
                .unsupported,
                "is none of the files that maps are made from: \(SourceFormat.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        guard format != .gguf else {
            try self.init(gguf: GGUFFile(parsing: bytes), id: id, family: family)
            return
        }
        guard let id else {
            throw MapError(.invalidField, field: "id", "must be given: the file does not say one")
        }
        guard MapDocument.isValidID(id) else { throw MapDocument.invalidID }
        if format == .tiktoken {
            let tokens = try RankedTokens(parsingRankFile: bytes)
            let family = try RankFamily.of(tokens, hash: ContentHash(of: bytes), named: family)
            try self.init(
                format, MapDocument(tokens, family: family, id: id), family: family.name,
                otherFamilies: family.alternatives(rankCount: tokens.count))
            return
        }
        try Self.refuse(family, format)
        switch format {
        case .tekken: try self.init(format, MapDocument(TekkenFile(parsing: bytes), id: id))
        case .sentencePiece: try self.init(format, MapDocument(SentencePieceModel(parsing: bytes), id: id))
        default:
            var known: HuggingFaceConfig?
            if let config { known = try HuggingFaceConfig(parsing: config) }
            try self.init(
                format, MapDocument(HuggingFaceTokenizer(parsing: bytes), config: known, id: id))
        }
    }

    private init(
        _ format: SourceFormat, _ document: MapDocument, family: String? = nil, otherFamilies: [String] = []
    ) throws(MapError) {
        self.format = format
        self.family = family
        self.otherFamilies = otherFamilies
        var document = document
        document.putInOrder()
        try document.validate()
        self.document = document
    }

    private init(gguf file: GGUFFile, id: String?, family: String?) throws(MapError) {
        try Self.refuse(family, .gguf)
        try self.init(.gguf, MapDocument(file, id: id))
    }

    private static func id(ofFile path: String) -> String {
        var name = path.split(separator: "/").last ?? ""
        for ending in [".gz", ".json", ".tiktoken", ".model"] where name.hasSuffix(ending) {
            name.removeLast(ending.utf8.count)
        }
        let id = MapDocument.cleanedID(String(name))
        return id.isEmpty ? "unnamed" : id
    }

    private static func refuse(_ family: String?, _ format: SourceFormat) throws(MapError) {
        guard family == nil else {
            throw MapError(
                .unsupported, "a family can be named for tiktoken files only, and this is \(format.rawValue)")
        }
    }

    /// Where the `tokenizer_config.json` is that belongs to a `tokenizer.json`.
    static func configPath(beside path: String) -> String {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        return folder + "tokenizer_config.json"
    }

    /// The content of that file, if it is there.
    private static func config(at path: String) throws(MapError) -> [UInt8]? {
        do {
            return try InputFile(path: path).readUncompressed(atMost: MapDocument.maximumBytes)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}

extension MapDocument {
    /// Puts tokens in the order of their ids, as they are written.
    mutating func putInOrder() {
        let order = vocab.ids.indices.sorted { vocab.ids[$0] < vocab.ids[$1] }
        var sorted = Vocab()
        for index in order {
            vocab.tokens[index].withUnsafeBufferPointer { sorted.tokens.append($0) }
            sorted.ids.append(vocab.ids[index])
        }
        vocab = sorted
        specialTokens.sort { $0.id < $1.id }
    }
}
