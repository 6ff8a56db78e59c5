import CodecCore

private let patterns: [String?] = [
    nil,
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#,
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
]
private let vocabularies = patterns.map { pattern in
    do { return try smallVocabulary(pattern: pattern) } catch { preconditionFailure("\(error)") }
}

/// The first byte chooses the split pattern and where to cut; the rest is text, and ids too.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    guard let first = input.first else { return 0 }
    let vocabulary = vocabularies[Int(first) % vocabularies.count]
    let bytes = input.dropFirst()
    checkTextLaws(String(decoding: bytes, as: UTF8.self), vocabulary, cut: Int(first))
    // A byte is a token of one byte here; 0xFF stands for ids that are special or unknown.
    checkIDLaws(bytes.map { $0 == 0xFF ? 260 + TokenID(first) : TokenID($0) }, vocabulary, cut: Int(first))
    // Bytes that are no text have ids as well.
    bytes.withMemoryRebound(to: UInt8.self) {
        _ = Tokenizer(vocabulary).encode(utf8: $0)
    }
    return 0
}
