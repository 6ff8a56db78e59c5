/// Compiles a byte_level vocabulary and sends a text there and back. The input is four parts with a zero byte between:
/// tokens, one a line, by rising id; merges, one a line; the split pattern; the text. The answer is the ids, a line's
/// end, and the text that they decode to, cut into single ids, with what two unknown ids decode to.
@_expose(wasm, "tokenize")
@_cdecl("tokenize")
func tokenize(_ bytes: UnsafeRawPointer, _ count: Int32) -> UnsafeMutableRawPointer {
    let input = UnsafeRawBufferPointer(start: bytes, count: Int(count))
    let parts = input.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4 else { return answer(Array("four parts are needed".utf8)) }
    let tokens = StringTable(parts[0].split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) })
    let merges = StringTable(parts[1].split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) })
    let end = VocabularyDefinition.SpecialToken(name: "<|end|>", id: TokenID(tokens.count))
    let definition = VocabularyDefinition(
        encoder: .byteLevel, tokens: tokens, tokenIDs: (0..<tokens.count).map(TokenID.init), merges: merges,
        specialTokens: [end],
        preTokenizer: PreTokenizerDefinition(splits: [.pattern(String(decoding: parts[2], as: UTF8.self))]))
    do throws(VocabularyError) {
        let vocabulary = try Vocabulary(definition)
        let text = String(decoding: parts[3], as: UTF8.self)
        let ids = Tokenizer(vocabulary).encode(text, specials: .parse)
        var output: [UInt8] = []
        for (index, id) in ids.enumerated() {
            if index > 0 { output.append(0x2C) }
            output.append(contentsOf: String(id).utf8)
        }
        output.append(0x0A)
        var detokenizer = Detokenizer(vocabulary, specials: .show)
        for id in ids { output.append(contentsOf: detokenizer.append(CollectionOfOne(id)).utf8) }
        output.append(contentsOf: detokenizer.finish().utf8)
        // Ids that a 32-bit integer with a sign cannot hold are unknown ones, and no more.
        output.append(contentsOf: vocabulary.decode([.max, 1 << 31]).utf8)
        return answer(output)
    } catch {
        return answer(Array((error.field + ": " + error.reason).utf8))
    }
}
