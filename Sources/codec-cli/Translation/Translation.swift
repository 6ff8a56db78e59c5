import CodecCore
import CodecMaps

/// Translates streams one after another, each in calls of so many ids, and counts what is held back between them.
struct Translation {
    private var translator: Translator
    private let chunk: Int?
    private var calls = 0
    private var heldBack = 0

    /// - Parameter chunk: nil for whole streams.
    init(
        from source: TokenizerMap, to target: TokenizerMap, options: Translator.Options, chunk: Int?
    ) throws(TranslatorError) {
        translator = try Translator(from: source, to: target, options: options)
        self.chunk = chunk
    }

    /// The ids of a whole stream.
    mutating func whole(_ ids: [TokenID]) throws(TranslatorError) -> [TokenID] {
        guard let chunk else { return try translator.translate(ids) + translator.finish() }
        var output: [TokenID] = []
        var start = 0
        while start < ids.count {
            let end = ids.count - start > chunk ? start + chunk : ids.count
            try translator.translate(ids.span.extracting(start..<end), into: &output)
            heldBack += translator.heldBackCount
            calls += 1
            start = end
        }
        return output + translator.finish()
    }

    /// How many ids were held back on average.
    var latency: String {
        let average = calls == 0 ? 0 : Double(heldBack) / Double(calls)
        return "held back after a call: \((average * 100).rounded() / 100) ids on average, \(calls) calls"
    }
}
