import CodecCore

private let texts = [
    "", "the  theme's ab abab\n\n 123,456 größe Ωmega 日本語 👩‍👧 ==== \u{A0}\u{2028}x",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
]

/// The input is a split pattern: it is refused, or it splits texts without losing any of them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let pattern = String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    do throws(VocabularyError) {
        let vocabulary = try smallVocabulary(pattern: pattern)
        for text in texts { checkTextLaws(text, vocabulary, cut: count) }
    } catch {
        precondition(!error.field.isEmpty && !error.reason.isEmpty, "an error that says nothing")
    }
    return 0
}
