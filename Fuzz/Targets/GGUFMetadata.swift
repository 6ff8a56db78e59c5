// modules: CodecCore CodecCompression
// sources: Sources/CodecMaps/JSON/*.swift Sources/CodecMaps/Document/Map*.swift Sources/CodecMaps/Discovery/*.swift Sources/CodecMaps/Document/InputFile.swift Sources/CodecMaps/GGUF/*.swift Sources/CodecMaps/Merging/*.swift Sources/CodecMaps/Ranks/*.swift Sources/CodecMaps/SentencePiece/*.swift Sources/CodecMaps/HuggingFace/*.swift
import CodecCore

/// Whatever is read as a model's metadata gives an error inside the file, or a document that is the same
/// when written and read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let file: GGUFFile
    do {
        file = try GGUFFile(parsing: input)
    } catch {
        precondition((0...count).contains(error.offset ?? -1), "an offset outside the file: \(error)")
        return 0
    }
    guard let document = try? MapDocument(file) else { return 0 }
    do {
        let again = try MapDocument(parsing: document.canonicalBytes())
        precondition(again == document, "the written document is another one")
    } catch {
        preconditionFailure("written, but not readable: \(error)")
    }
    return 0
}
