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
    private(set) var engine: any ModelEngine
    /// What answers in ids; nil for a model whose vocabulary is not known yet, or never.
    private(set) var tokens: TokenSource?
    /// The model's way to its upstreams; nil for one in this process.
    private(set) var route: ModelRoute?
    /// What answers call it: its own name, or the client's where it has any.
    private(set) var shownName: String
    /// When text goes out unless a request says otherwise; nil = as the server has it.
    let flush: FlushPolicy?

    /// A model in this process.
    init(_ engine: any TokenEngine, assets: WireAssets) {
        name = engine.model.name
        aliases = []
        created = engine.model.created
        contextLength = engine.model.contextLength
        self.engine = TokenModel(engine)
        shownName = name
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
        shownName = name
        self.tokens = tokens.map { TokenSource(name: name, engine: $0, assets: assets) }
        flush = FlushPolicy(delay: .zero)
    }

    /// A model behind the gateway.
    init(_ route: ModelRoute, created: Int) {
        self.init(
            name: route.name, aliases: route.aliases, created: created, engine: route,
            // Engines of ids are asked for models by name: there are none for any name.
            tokens: route.hasAnyName ? nil : TokenRoute(route))
        self.route = route
    }

    /// Whether it stands for every name that no other model has.
    var hasAnyName: Bool { name == GatewayConfiguration.Model.anyName }

    /// The model that a client asks for by a name; nil = the default.
    /// - Throws: when no name is given, and none can be found.
    func asked(as name: String?) async throws(EngineError) -> ServedModel {
        guard hasAnyName, let route else { return self }
        var model = self
        let asked = try await route.asked(as: name)
        model.route = asked
        model.engine = asked
        model.shownName = asked.name
        model.tokens = TokenRoute(asked).map {
            TokenSource(name: self.name, engine: $0, assets: WireAssets())
        }
        return model
    }

    /// - Throws: 400 for a model that tells no ids.
    func tokenSource() async throws(APIError) -> TokenSource {
        if let tokens { return tokens }
        do throws(EngineError) {
            if let engine = try await route?.findTokens() {
                return TokenSource(name: name, engine: engine, assets: WireAssets())
            }
        } catch {
            throw APIError(error)
        }
        throw .invalidRequest(
            "The model '\(shownName)' tells no ids, for the server has no tokenizer map for it; ask for text.",
            param: "stream_format", code: "no_token_ids")
    }
}
