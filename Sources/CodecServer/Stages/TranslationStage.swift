internal import CodecAPI
internal import CodecCore
internal import CodecEngines
internal import CodecMaps

/// Gives the client ids of its own vocabulary (spec §10).
struct TranslationStage: FrameStage {
    private var translator: Translator

    /// - Parameters:
    ///   - source: the model's vocabulary.
    ///   - target: the client's.
    init(from source: TokenizerMap, to target: TokenizerMap) throws(TranslatorError) {
        translator = try Translator(
            from: source, to: target,
            options: .init(specials: Translator.SpecialPair.byNameAndRole(from: source, to: target)))
    }

    mutating func process(_ frame: TokenFrame) throws(EngineError) -> [TokenFrame] {
        var translated = frame
        do {
            translated.ids = try translator.translate(frame.ids)
        } catch {
            throw EngineError(.generationFailed, "The answer cannot be translated: \(error).")
        }
        if frame.done { translated.ids += translator.finish() }
        // What may still change waits for the next frame.
        let isEmpty = translated.ids.isEmpty && translated.toolCalls.isEmpty && !translated.done
        return isEmpty ? [] : [translated]
    }
}
