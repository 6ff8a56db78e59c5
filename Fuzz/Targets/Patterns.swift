// modules: CodecCore
// sources: Tests/CodecCoreTests/Tokenizer/BacktrackingMatcher.swift
@testable import CodecCore

private let texts = [
    "", "the  theme's ab abab\n\n 123,456 größe Ωmega 日本語 👩‍👧 ==== \u{A0}\u{2028}x",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
]

/// The input is a split pattern: it is refused, or it splits texts as plain backtracking does, in parts as in one
/// go, without losing any of them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let pattern = String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    do throws(VocabularyError) {
        let vocabulary = try smallVocabulary(pattern: pattern)
        for text in texts { checkTextLaws(text, vocabulary, cut: count) }
        for split in [PreTokenizerDefinition.Split.pattern(pattern), .bytePattern(pattern)] {
            let preTokenizer = try PreTokenizer(PreTokenizerDefinition(splits: [split]))
            for text in texts { checkPieces(text, pattern, split, preTokenizer, cut: count) }
        }
    } catch {
        precondition(!error.field.isEmpty && !error.reason.isEmpty, "an error that says nothing")
    }
    return 0
}

private func checkPieces(
    _ text: String, _ pattern: String, _ split: PreTokenizerDefinition.Split, _ preTokenizer: PreTokenizer,
    cut: Int
) {
    let bytes = Array(text.utf8)
    let whole = pieceEnds(preTokenizer, bytes, cut: 0)
    precondition(
        pieceEnds(preTokenizer, bytes, cut: cut % (bytes.count + 1)) == whole, "other pieces cut at \(cut)")
    var matcher = BacktrackingMatcher(bytes[...], readsBytes: split == .bytePattern(pattern))
    // Backtracking may take too long, and then throws.
    guard let syntax = try? PatternParser.parse(pattern), let plain = try? matcher.pieceEnds(syntax) else {
        return
    }
    precondition(plain == whole, "\(whole) instead of \(plain) in \(text.debugDescription)")
}

private func pieceEnds(_ preTokenizer: PreTokenizer, _ text: [UInt8], cut: Int) -> [Int] {
    var ends: [Int] = []
    text.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        let start = preTokenizer.forEachPiece(base, 0, cut, isEnd: false) { ends.append($1) }
        _ = preTokenizer.forEachPiece(base, start, buffer.count, isEnd: true) { ends.append($1) }
    }
    return ends
}
