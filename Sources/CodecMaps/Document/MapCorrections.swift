internal import CodecCore

/// Published maps whose own pre-tokenizer fields do not give the ids of the model's tokenizer (spec §7).
///
/// Published bytes never change, so a hash names exactly the document that is meant.
enum MapCorrections {
    static func preTokenizer(of hash: ContentHash) -> PreTokenizerDefinition? {
        switch hash.hex {
        // huggingfacetb/smollm2
        case "8bb91e72d05775a013139783577dbc9f4930a2db19704fc90f2ca17c7bef9f60":
            PreTokenizerDefinition(splits: PreTokenizerFamily.isolatedDigits.splits.map { .pattern($0) })
        default: nil
        }
    }
}
