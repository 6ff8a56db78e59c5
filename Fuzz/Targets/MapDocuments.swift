// modules: CodecCore CodecCompression
// sources: Sources/CodecMaps/JSON/*.swift Sources/CodecMaps/Document/Map*.swift Sources/CodecMaps/Discovery/*.swift Sources/CodecMaps/Document/InputFile.swift Sources/CodecMaps/GGUF/*.swift Sources/CodecMaps/Merging/*.swift Sources/CodecMaps/Ranks/*.swift Sources/CodecMaps/SentencePiece/*.swift Sources/CodecMaps/HuggingFace/*.swift
import CodecCore

/// Whatever is read as JSON has valid strings and offsets inside the input; whatever is read as a document
/// is written, and read and written again to the same bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    do throws(JSONError) {
        var parser = JSONPullParser(input)
        var token = try parser.next()
        while token != .end {
            if token == .key || token == .string {
                var utf8: [UInt8] = []
                parser.appendString(to: &utf8)
                precondition(String(validating: utf8, as: UTF8.self) != nil, "a string that is not UTF-8")
            }
            precondition(
                parser.tokenOffset < parser.offset && parser.offset <= count, "a token outside the input")
            precondition(parser.depth <= JSONPullParser.maximumDepth)
            token = try parser.next()
        }
    } catch {
        precondition((0...count).contains(error.offset), "an offset outside the input")
    }
    do throws(MapError) {
        let document = try MapDocument(parsing: Array(input))
        let written = document.canonicalBytes()
        let again = try rereading(written)
        precondition(again.canonicalBytes() == written, "writing is no fixed point")
        _ = document.vocabularyDefinition()
    } catch {
        precondition((0...count).contains(error.offset ?? 0), "an offset outside the input")
        precondition(error.code == .malformed || error.field != nil, "no field: \(error)")
    }
    return 0
}

/// What was written from a valid document must be one.
private func rereading(_ bytes: [UInt8]) throws(MapError) -> MapDocument {
    do {
        return try MapDocument(parsing: bytes)
    } catch {
        preconditionFailure("written, but not readable: \(error)")
    }
}
