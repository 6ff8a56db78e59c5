internal import CodecCore

/// The words of the extension fields (`docs/map-format.md`), and what they stand for.
enum MapExtensions {
    /// `special_token_flags`, in the order in which they are written.
    static let flags: [(word: String, flag: VocabularyDefinition.SpecialToken.Flags)] = [
        ("lstrip", .stripsBefore), ("rstrip", .stripsAfter), ("visible", .visible),
        ("always", .matchesAlways),
    ]

    /// `normalizer`
    static let normalizations: [(word: String, normalization: VocabularyDefinition.Normalization)] = [
        ("nfc", .nfc)
    ]

    /// `prefix_space`
    static let spacePrefixes: [(word: String, prefix: VocabularyDefinition.SpacePrefix)] = [
        ("never", .never), ("each", .each), ("each_unless_space", .eachUnlessSpace),
        ("first_unless_space", .firstUnlessSpace),
    ]
}

extension MapFieldReader {
    /// {name: [flag, …]}
    mutating func specialTokenFlags(_ field: String) throws(MapError) -> [MapFields.TokenFlags] {
        var all: [MapFields.TokenFlags] = []
        try members(of: field) { (reader, name) throws(MapError) in
            var flags: VocabularyDefinition.SpecialToken.Flags = []
            for word in try reader.strings("\(field).\(name)") {
                guard let known = MapExtensions.flags.first(where: { $0.word == word }) else {
                    throw reader.invalid("\(field).\(name)", "\"\(word)\" is not known")
                }
                flags.insert(known.flag)
            }
            all.append((name, flags))
        }
        return all
    }

    func normalization(_ field: String) throws(MapError) -> VocabularyDefinition.Normalization {
        let word = try string(field)
        guard let known = MapExtensions.normalizations.first(where: { $0.word == word }) else {
            throw invalid(field, "\"\(word)\" is not known")
        }
        return known.normalization
    }

    func spacePrefix(_ field: String) throws(MapError) -> VocabularyDefinition.SpacePrefix {
        let word = try string(field)
        guard let known = MapExtensions.spacePrefixes.first(where: { $0.word == word }) else {
            throw invalid(field, "\"\(word)\" is not known")
        }
        return known.prefix
    }

    /// [pattern | {"bytes": pattern}, …]
    mutating func splits(_ field: String) throws(MapError) -> [MapDocument.Split] {
        var splits: [MapDocument.Split] = []
        try elements(of: field) { (reader, index) throws(MapError) in
            let element = "\(field)[\(index)]"
            guard reader.token == .beginObject else {
                splits.append(.pattern(try reader.string(element)))
                return
            }
            var bytes: String?
            try reader.members(of: element) { (reader, name) throws(MapError) in
                guard name == "bytes", bytes == nil else {
                    throw reader.invalid("\(element).\(name)", bytes == nil ? "is not known" : "occurs twice")
                }
                bytes = try reader.string("\(element).bytes")
            }
            guard let bytes else { throw reader.invalid("\(element).bytes", "is missing") }
            splits.append(.bytePattern(bytes))
        }
        return splits
    }
}
