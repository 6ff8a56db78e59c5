/// The files of a model that a map can be made from.
public enum SourceFormat: String, Sendable, CaseIterable {
    case gguf
    /// Hugging Face `tokenizer.json`.
    case huggingFace = "tokenizer.json"
    /// tiktoken's rank files.
    case tiktoken
    /// Mistral's `tekken.json`.
    case tekken
    /// SentencePiece's `tokenizer.model`.
    case sentencePiece = "sentencepiece"

    /// The format whose form a file has; nil when it is none of them.
    init?(of bytes: [UInt8]) {
        let start = bytes.prefix(4_096)
        if start.starts(with: "GGUF".utf8) {
            self = .gguf
        } else if start.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") {
            guard let format = Self.ofObject(bytes) else { return nil }
            self = format
        } else if RankedTokens.isRankFile(start) {
            self = .tiktoken
        } else if SentencePieceModel.isModel(start) {
            self = .sentencePiece
        } else {
            return nil
        }
    }

    /// By the members of a JSON object; the end of it need not be right.
    private static func ofObject(_ bytes: [UInt8]) -> SourceFormat? {
        bytes.withUnsafeBufferPointer { bytes in
            var parser = JSONPullParser(bytes)
            guard (try? parser.next()) == .beginObject else { return nil }
            while (try? parser.next()) == .key {
                switch parser.string {
                case "model", "added_tokens": return .huggingFace
                case "config", "special_tokens": return .tekken
                // Only maps have these; in a map the vocabulary is an object.
                case "id", "vocab_size": return nil
                case "vocab": return (try? parser.next()) == .beginArray ? .tekken : nil
                default:
                    guard let token = try? parser.next(), (try? parser.skipRest(of: token)) != nil else {
                        return nil
                    }
                }
            }
            return nil
        }
    }
}
