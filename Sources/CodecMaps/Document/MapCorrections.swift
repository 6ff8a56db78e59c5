internal import CodecCompression
internal import CodecCore

/// Published maps that do not give the ids of the model's own tokenizer (spec §7), and what does.
///
/// Published bytes never change, so a hash names exactly the document that is meant.
enum MapCorrections {
    static func apply(to document: inout MapDocument, hash: ContentHash) {
        switch hash.hex {
        // huggingfacetb/smollm2
        case "8bb91e72d05775a013139783577dbc9f4930a2db19704fc90f2ca17c7bef9f60":
            document.preTokenizerSplits = PreTokenizerFamily.isolatedDigits.splits
        // tiiuae/falcon
        case "29831a3d6c40834686db1915f1345909369a062b74310a88b8fd9c191f3c8f82":
            document.preTokenizerSplits = PreTokenizerFamily.falcon.splits
        // microsoft/phi-3
        case "2c2449955329eb87d513c3a86acef9eb70f4a5abb09c983564450ae8ab478336":
            document.specialTokens.append(.init(name: "</s>", id: 2))
            for index in document.specialTokens.indices
            where !["<unk>", "<s>", "<|endoftext|>"].contains(document.specialTokens[index].name) {
                document.specialTokens[index].flags = .stripsAfter
            }
        // microsoft/phi-4
        case "dafb291914b9df318079e63b9dc7d9deefe82a2fe8c3a10e04493dfad5ef99b5":
            for index in document.specialTokens.indices {
                document.specialTokens[index].flags = [.stripsBefore, .stripsAfter]
            }
        default: break
        }
    }
}
