internal import CodecAPI
internal import CodecCore
internal import CodecEngines
internal import CodecMaps

/// A model as the routes use it: its engine, and what is made of its map once.
struct ServedModel: Sendable {
    let engine: any TokenEngine
    let name: String
    let tokenizer: Tokenizer
    let assets: WireAssets
    let rate = IDRate()

    init(_ engine: any TokenEngine, assets: WireAssets) {
        self.engine = engine
        self.assets = assets
        name = engine.model.name
        tokenizer = engine.map.tokenizer
    }

    var map: TokenizerMap { engine.map }

    /// How the model writes tool calls; nil when that is not known.
    var toolCalling: ToolCalling? { engine.toolCalling }

    /// The ids of a prompt.
    /// - Throws: 400 at once for a text so long that no tokenizing could make it fit the context.
    func encode(_ segments: [Tokenizer.Segment], field: String) throws(APIError) -> [TokenID] {
        let length = engine.model.contextLength
        let bytes = segments.reduce(0) { $0 + $1.text.utf8.count }
        guard bytes / map.vocabulary.longestTokenLength < length else {
            throw APIError(
                EngineError(
                    .contextOverflow,
                    "The prompt has \(bytes) bytes, too many for the context of \(length) tokens.",
                    parameter: "prompt"),
                promptField: field)
        }
        return tokenizer.encode(segments)
    }

    /// How many ids a completion gets that does not say: OpenAI's 16, or what the context has left.
    func defaultMaxTokens(after promptCount: Int) -> Int {
        max(1, min(16, engine.model.contextLength - promptCount))
    }
}
