internal import CodecAPI
internal import CodecEngines
internal import CodecGateway

/// A model that the server offers.
struct ServedModel: Sendable {
    /// The name that clients use.
    let name: String
    /// Other names for it.
    let aliases: [String]
    /// Seconds since 1970.
    let created: Int
    /// Tokens that prompt and answer share; nil where the upstream does not tell.
    let contextLength: Int?
    /// What answers in text.
    let engine: any ModelEngine
    /// What answers in ids; nil for a model whose vocabulary is not known.
    let tokens: TokenSource?
    /// When text goes out unless a request says otherwise; nil = as the server has it.
    let flush: FlushPolicy?

    /// A model in this process.
    init(_ engine: any TokenEngine, assets: WireAssets) {
        name = engine.model.name
        aliases = []
        created = engine.model.created
        contextLength = engine.model.contextLength
        self.engine = TokenModel(engine)
        tokens = TokenSource(name: name, engine: engine, assets: assets)
        flush = nil
    }

    /// A model of upstreams, whose text goes out as it comes.
    /// - Parameter tokens: what tells its ids; nil where nothing does.
    init(
        name: String, aliases: [String] = [], created: Int, contextLength: Int? = nil,
        engine: any ModelEngine, tokens: (any TokenEngine)? = nil, assets: WireAssets = .init()
    ) {
        self.name = name
        self.aliases = aliases
        self.created = created
        self.contextLength = contextLength
        self.engine = engine
        self.tokens = tokens.map { TokenSource(name: name, engine: $0, assets: assets) }
        flush = FlushPolicy(delay: .zero)
    }

    /// Whether it stands for every name that no other model has.
    var hasAnyName: Bool { name == GatewayConfiguration.Model.anyName }

    /// What answers call it: its own name, or the client's where it has any.
    func shownName(_ asked: String?) -> String { hasAnyName ? asked ?? name : name }

    /// - Throws: 400 for a model that tells no ids.
    func tokenSource() throws(APIError) -> TokenSource {
        guard let tokens else {
            throw .invalidRequest(
                "The model '\(name)' tells no ids, for the server has no tokenizer map for it; ask for text.",
                param: "stream_format", code: "no_token_ids")
        }
        return tokens
    }
}
