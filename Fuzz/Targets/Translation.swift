// modules: CodecCore
// sources: Tests/CodecCoreTests/Translator/PlainTranslator.swift
@testable import CodecCore

private let vocabularies: [Vocabulary] = {
    let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    let cl100k =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    do {
        return try [
            smallVocabulary(pattern: nil), smallVocabulary(pattern: gpt2), smallVocabulary(pattern: cl100k),
            metaspace(.each), metaspace(.firstUnlessSpace),
        ]
    } catch { preconditionFailure("\(error)") }
}()

private func metaspace(
    _ prefix: VocabularyDefinition.SpacePrefix
) throws(VocabularyError) -> Vocabulary {
    var tokens = StringTable((0..<256).map { "<\($0)>" })
    for token in ["▁", "a", "b", "t", "h", "e", "ab", "▁a", "th", "the", "▁▁", "字", "b▁"] {
        tokens.append(token.utf8)
    }
    var definition = VocabularyDefinition(
        encoder: .metaspace, tokens: tokens, tokenIDs: (0..<tokens.count).map { TokenID($0) },
        merges: StringTable(["a b", "▁ a", "t h", "th e", "▁ ▁", "b ▁"]),
        specialTokens: [.init(name: "<|end|>", id: 300)], byteFallbackStart: 0, preTokenizer: .init())
    definition.spacePrefix = prefix
    return try Vocabulary(definition)
}

/// The first two bytes choose the vocabularies and how long a call is; each other byte is an id, from 0xC0 on one
/// of those that are more than a byte, or unknown. Cut or not, the output is that of the whole.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    guard count >= 2 else { return 0 }
    let number = Int(input[0])
    let source = vocabularies[number % vocabularies.count]
    let other = vocabularies[number / vocabularies.count % vocabularies.count]
    guard source !== other else { return 0 }
    let target = Tokenizer(other)
    let ids = input.dropFirst(2).map { TokenID($0) < 0xC0 ? TokenID($0) : TokenID($0) + 64 }
    let expected = PlainTranslator(source, target).translate(ids)
    for chunk in [1 + Int(input[1]), 1] {
        guard var translator = try? Translator(from: source, to: target, options: .init(unknownIDs: .replace))
        else { preconditionFailure("no translator") }
        var output: [TokenID] = []
        for start in stride(from: 0, to: ids.count, by: chunk) {
            let part = Array(ids[start..<min(ids.count, start + chunk)])
            guard let more = try? translator.translate(part) else { preconditionFailure("refused") }
            output += more
        }
        output += translator.finish()
        precondition(output == expected, "\(ids) give \(output) instead of \(expected)")
    }
    return 0
}
