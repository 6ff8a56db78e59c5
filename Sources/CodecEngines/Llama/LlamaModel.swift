internal import CLlama
internal import CodecCore
import Foundation

/// A loaded GGUF file: weights, vocabulary and metadata. Immutable, so any thread may read it.
final class LlamaModel: Sendable {
    nonisolated(unsafe) let pointer: OpaquePointer
    nonisolated(unsafe) let vocabulary: OpaquePointer
    let path: String

    /// - Throws: `modelUnavailable`, saying what is wrong with the file.
    init(path: String) throws(EngineError) {
        try Self.checkHeader(path)
        LlamaLog.capture
        LlamaLog.clear()
        llama_backend_init()
        guard let pointer = llama_model_load_from_file(path, llama_model_default_params()) else {
            let reason = LlamaLog.firstError ?? "llama.cpp gives no reason"
            throw EngineError(.modelUnavailable, "The model '\(path)' cannot be loaded: \(reason)")
        }
        guard let vocabulary = llama_model_get_vocab(pointer), llama_model_has_decoder(pointer) else {
            llama_model_free(pointer)
            throw EngineError(.modelUnavailable, "The model '\(path)' does not generate text.")
        }
        self.path = path
        self.pointer = pointer
        self.vocabulary = vocabulary
    }

    deinit { llama_model_free(pointer) }

    var trainingContext: Int { Int(llama_model_n_ctx_train(pointer)) }
    var vocabularySize: Int { Int(llama_vocab_n_tokens(vocabulary)) }
    var chatTemplate: String? { llama_model_chat_template(pointer, nil).map { String(cString: $0) } }

    /// How the vocabulary spells its begin-of-sequence token.
    var beginToken: String? { spelling(llama_vocab_bos(vocabulary)) }
    /// How the vocabulary spells its end-of-sequence token.
    var endToken: String? { spelling(llama_vocab_eos(vocabulary)) }

    private func spelling(_ id: llama_token) -> String? {
        guard id != LLAMA_TOKEN_NULL else { return nil }
        return llama_vocab_get_text(vocabulary, id).map { String(cString: $0) }
    }

    func endsGeneration(_ id: llama_token) -> Bool { llama_vocab_is_eog(vocabulary, id) }

    /// The ids that the model may choose but the vocabulary lacks, such as the padding of its size, without those
    /// that end the generation: these are not passed on.
    func ids(outside vocabulary: Vocabulary) -> [llama_token] {
        (0..<llama_vocab_n_tokens(self.vocabulary)).filter {
            !vocabulary.contains(TokenID(bitPattern: $0)) && !endsGeneration($0)
        }
    }

    /// A value of the file's metadata, as text.
    func metadata(_ key: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        var length = llama_model_meta_val_str(pointer, key, &buffer, buffer.count)
        if length >= buffer.count {
            buffer = [CChar](repeating: 0, count: Int(length) + 1)
            length = llama_model_meta_val_str(pointer, key, &buffer, buffer.count)
        }
        guard length > 0 else { return nil }
        return String(decoding: buffer.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Seconds since 1970 when the file was written.
    var created: Int {
        let date = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
        return Int(date?.timeIntervalSince1970 ?? 0)
    }

    /// Says plainly what llama.cpp's own messages do not.
    private static func checkHeader(_ path: String) throws(EngineError) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw EngineError(.modelUnavailable, "There is no model file '\(path)'.")
        }
        guard let file = FileHandle(forReadingAtPath: path), let magic = try? file.read(upToCount: 4) else {
            throw EngineError(.modelUnavailable, "The model file '\(path)' cannot be read.")
        }
        guard magic.elementsEqual("GGUF".utf8) else {
            throw EngineError(.modelUnavailable, "'\(path)' is not a GGUF file.")
        }
    }
}
