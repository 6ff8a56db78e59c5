// modules: CodecCore CodecCompression
// sources: Sources/CodecMaps/JSON/*.swift Sources/CodecMaps/Document/Map*.swift Sources/CodecMaps/Discovery/*.swift Sources/CodecMaps/Document/InputFile.swift Sources/CodecMaps/GGUF/*.swift Sources/CodecMaps/Merging/*.swift Sources/CodecMaps/Ranks/*.swift Sources/CodecMaps/SentencePiece/*.swift Sources/CodecMaps/HuggingFace/*.swift
import CodecCore

/// The first byte chooses the format; the rest is a model's tokenizer file. What is read gives an error with
/// its place inside the file, or a document that is the same when written and read, and that a vocabulary can
/// be compiled from, or refused by its field.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    guard let choice = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    var document: MapDocument
    do {
        switch choice % 4 {
        case 0: document = try MapDocument(HuggingFaceTokenizer(parsing: bytes), id: "a")
        case 1:
            document = try MapDocument(
                RankedTokens(parsingRankFile: bytes),
                family: RankFamily.all[Int(choice / 4) % RankFamily.all.count],
                id: "a")
        case 2: document = try MapDocument(TekkenFile(parsing: bytes), id: "a")
        default: document = try MapDocument(SentencePieceModel(parsing: bytes), id: "a")
        }
        try document.validate()
    } catch {
        precondition((0...bytes.count).contains(error.offset ?? 0), "an offset outside the file: \(error)")
        return 0
    }
    do throws(MapError) {
        let again = try MapDocument(parsing: document.canonicalBytes())
        precondition(
            again.canonicalBytes() == document.canonicalBytes(), "the written document is another one")
    } catch {
        preconditionFailure("written, but not readable: \(error)")
    }
    guard let vocabulary = try? Vocabulary(document.vocabularyDefinition()) else { return 0 }
    let tokenizer = Tokenizer(vocabulary)
    _ = vocabulary.decode(tokenizer.encode("ab  the 12\n<s>é", specials: .parse))
    return 0
}
