internal import CodecCore
internal import CodecEngines
internal import CodecMaps

/// A model's ids as the routes use them: the engine that makes them, and what makes them small on the wire.
struct TokenSource: Sendable {
    /// The model's name.
    let name: String
    let engine: any TokenEngine
    let assets: WireAssets
    let rate = IDRate()

    var map: TokenizerMap { engine.map }

    /// How the model writes tool calls; nil when that is not known.
    var toolCalling: ToolCalling? { engine.toolCalling }
}
