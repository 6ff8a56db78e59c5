// What holds for any text and any ids, whatever the split pattern. Part of every target: see README.md.
import CodecCore

/// A byte_level vocabulary with a token for every byte, a few merges and one special token.
func smallVocabulary(pattern: String?) throws(VocabularyError) -> Vocabulary {
    var next: UInt32 = 256
    let alphabet = (0..<256 as Range<UInt32>).map { byte -> String in
        let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
        defer { if !isPrintable { next += 1 } }
        return String(Character(Unicode.Scalar(isPrintable ? byte : next) ?? "?"))
    }
    let merges = ["a b", "ab ab", "Ġ a", "Ġ Ġ", "ĠĠ ĠĠ", "t h", "th e", "Ã ¼", "1 2", "12 3", "Ċ Ċ", "= ="]
    let tokens = alphabet + merges.map { $0.split(separator: " ").joined() } + ["<|end|>"]
    let splits = pattern.map { [PreTokenizerDefinition.Split.pattern($0)] } ?? []
    return try Vocabulary(
        VocabularyDefinition(
            encoder: .byteLevel, tokens: StringTable(tokens.dropLast()),
            tokenIDs: (0..<TokenID(tokens.count - 1)).map { $0 }, merges: StringTable(merges),
            specialTokens: [.init(name: "<|end|>", id: TokenID(tokens.count - 1))],
            preTokenizer: PreTokenizerDefinition(splits: splits)))
}

/// Ids decode to the text they were made of, and a text cut into segments has the same ids.
func checkTextLaws(_ text: String, _ vocabulary: Vocabulary, cut: Int) {
    let tokenizer = Tokenizer(vocabulary)
    let ids = tokenizer.encode(text)
    precondition(
        vocabulary.decode(ids).utf8.elementsEqual(text.utf8), "\(text.debugDescription) is lost in \(ids)")
    let shown = vocabulary.decode(tokenizer.encode(text, specials: .parse), specials: .show)
    precondition(shown.utf8.elementsEqual(text.utf8), "\(text.debugDescription) is lost with special tokens")
    let scalars = text.unicodeScalars
    let middle = scalars.index(scalars.startIndex, offsetBy: cut % (scalars.count + 1))
    let segments = [scalars[..<middle], scalars[middle...]].map { Tokenizer.Segment(String($0)) }
    precondition(tokenizer.encode(segments) == ids, "\(text.debugDescription) has other ids cut at \(cut)")
    checkIDLaws(ids, vocabulary, cut: cut)
}

/// Any cut of the ids gives the same text.
func checkIDLaws(_ ids: [TokenID], _ vocabulary: Vocabulary, cut: Int) {
    let whole = vocabulary.decode(ids)
    var detokenizer = Detokenizer(vocabulary)
    let middle = cut % (ids.count + 1)
    let parts = detokenizer.append(ids[..<middle]) + detokenizer.append(ids[middle...]) + detokenizer.finish()
    precondition(parts.utf8.elementsEqual(whole.utf8), "\(ids) decode to another text cut at \(cut)")
    var one = Detokenizer(vocabulary)
    var single = ""
    for id in ids { single += one.append(CollectionOfOne(id)) }
    single += one.finish()
    precondition(single.utf8.elementsEqual(whole.utf8), "\(ids) decode to another text one by one")
}
