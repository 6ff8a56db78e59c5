public import CodecCore

extension Translator {
    /// A translator from one map's ids to another's. Maps with the same hash are the same: ids pass through
    /// untouched.
    /// - Throws: `unknownSource` and `unknownTarget` for pairs of special tokens that cannot be.
    public init(
        from source: TokenizerMap, to target: TokenizerMap, options: Options = Options()
    ) throws(TranslatorError) {
        var options = options
        options.specials = options.specials ?? SpecialPair.byRole(from: source, to: target)
        try self.init(
            from: source.hash == target.hash ? target.vocabulary : source.vocabulary, to: target.tokenizer,
            options: options)
    }
}

extension Translator.SpecialPair {
    /// The special tokens that have the same role on both sides.
    public static func byRole(from source: TokenizerMap, to target: TokenizerMap) -> [Self] {
        SpecialTokenRole.allCases.compactMap { role in
            guard let sourceID = source.specialID(for: role), let targetID = target.specialID(for: role)
            else {
                return nil
            }
            return Self(source: sourceID, target: targetID)
        }
    }
}

extension Translator.SpecialPair {
    /// The special tokens that have the same name on both sides, and those of the rest that have the same role.
    public static func byNameAndRole(from source: TokenizerMap, to target: TokenizerMap) -> [Self] {
        var pairs: [Self] = []
        for (name, id) in source.specialTokens.sorted(by: { $0.value < $1.value }) {
            guard let other = target.specialTokens[name] else { continue }
            pairs.append(Self(source: id, target: other))
        }
        let named = Set(pairs.map(\.source))
        return pairs + byRole(from: source, to: target).filter { !named.contains($0.source) }
    }
}

extension TokenizerMap {
    /// The special token that has this role: told by its name, or else by what the document says.
    public func specialID(for role: SpecialTokenRole) -> TokenID? {
        if let id = vocabulary.specialID(for: role) { return id }
        let said: TokenID? =
            switch role {
            case .beginOfText: beginOfSequenceID
            case .endOfText: endOfSequenceID
            case .endOfTurn: nil
            }
        return said.flatMap { vocabulary.isSpecial($0) ? $0 : nil }
    }
}
