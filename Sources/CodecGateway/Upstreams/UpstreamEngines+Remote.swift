internal import CodecClient
internal import CodecCore
internal import CodecEngines
internal import CodecMaps
internal import Foundation

extension UpstreamEngines {
    /// Engines that ask over HTTP, as a configuration says.
    /// - Throws: `invalidRequest` for an address, a key or a template that cannot be used.
    package static let remote: UpstreamFactory = { upstream, map throws(EngineError) in
        let connection = try UpstreamConnection(upstream.connection())
        let template = try upstream.template()
        let model = upstream.engine(connection, map)
        return UpstreamEngines(
            model: model,
            tokens: { name, own, map in
                UpstreamTokenEngine(
                    upstream.tokenUpstream(connection, model, own ?? upstream.models.first ?? name, map),
                    name: name, map: map,
                    slots: upstream.limits.requests ?? 64,
                    template: template.map { upstream.chatTemplate($0, map) })
            },
            list: { () async throws(EngineError) -> [ListedModel] in
                ListedModel.list(try await connection.document(UpstreamRequest(.api("models")))) ?? []
            },
            map: upstream.mapFinder(),
            relay: template == nil ? upstream.frameRelay(connection) : nil,
            check: { path throws(EngineError) in try await upstream.check(connection, path) },
            shutdown: {
                await model.shutdown()
                await connection.shutdown()
            })
    }
}

extension GatewayConfiguration.Upstream {
    func connection() throws(EngineError) -> UpstreamConfiguration {
        var limits = UpstreamLimits()
        if let total = timeouts.total { limits.time = total }
        return UpstreamConfiguration(
            name: name, address: try UpstreamAddress(url), key: key?.value,
            keyHeader: kind == .anthropic ? .apiKey : .bearer,
            headers: headers.map { ($0.name, $0.value.value) },
            timeouts: Timeouts(
                connect: timeouts.connect, firstByte: timeouts.firstByte, idle: timeouts.idle),
            limits: limits, proxy: .environment)
    }

    fileprivate func engine(_ connection: UpstreamConnection, _ map: TokenizerMap?) -> any ModelEngine {
        switch kind {
        case .vllm: ChatUpstream(connection, .vllm, map: map)
        case .sglang: ChatUpstream(connection, .sglang, map: map)
        case .llama: ChatUpstream(connection, .llama, map: map)
        case .codec: ChatUpstream(connection, .codec, map: map)
        case .openai: ChatUpstream(connection, .openai, map: map)
        case .anthropic: MessagesUpstream(connection)
        }
    }

    fileprivate func tokenUpstream(
        _ connection: UpstreamConnection, _ engine: any ModelEngine, _ model: String, _ map: TokenizerMap
    ) -> any TokenUpstream {
        switch kind {
        case .vllm: VLLMUpstream(connection, model: model)
        case .sglang: SGLangUpstream(connection)
        case .llama: LlamaServerUpstream(connection, map: map, gaps: allowsInexactIDs ? .retokenize : .fail)
        case .codec: CodecServerUpstream(connection, model: model, map: map)
        case .openai, .anthropic: RetokenizedUpstream(engine, model: model, map: map)
        }
    }

    /// The text of the configured template.
    fileprivate func template() throws(EngineError) -> String? {
        guard let chatTemplate else { return nil }
        do {
            let bytes = try InputFile.bytes(path: chatTemplate, upTo: 1 << 20)
            if let text = String(validating: bytes, as: UTF8.self) { return text }
        } catch {
            throw EngineError(.invalidRequest, "\(chatTemplate): \(error)", parameter: "chat_template")
        }
        throw EngineError(.invalidRequest, "\(chatTemplate) is not UTF-8.", parameter: "chat_template")
    }

    fileprivate func chatTemplate(_ source: String, _ map: TokenizerMap) -> ChatTemplate {
        func text(_ id: TokenID?) -> String? {
            id.map { String(decoding: map.vocabulary.bytes(of: $0), as: UTF8.self) }
        }
        return ChatTemplate(
            source, beginning: text(map.beginOfSequenceID), end: text(map.endOfSequenceID),
            toolCalling: map.toolCalling)
    }

    /// Passes on the frames of a Codec server; others have none.
    fileprivate func frameRelay(_ connection: UpstreamConnection) -> (@Sendable (String?) -> FrameRelay)? {
        guard kind == .codec else { return nil }
        return { model in FrameRelay(connection, model: model) }
    }

    /// Gets maps that a Codec server publishes; other servers publish none.
    fileprivate func mapFinder() -> (@Sendable (ListedModel.Map) async throws(EngineError) -> TokenizerMap)? {
        guard kind == .codec else { return nil }
        return { map throws(EngineError) in try await find(map) }
    }

    private func find(_ map: ListedModel.Map) async throws(EngineError) -> TokenizerMap {
        do throws(ClientError) {
            var headers = headers.map { ($0.name, $0.value.value) }
            if let key { headers.append(("Authorization", "Bearer \(key.value)")) }
            let discovery = try Discovery(originOf: url, configuration: .init(headers: headers))
            return try await discovery.map(id: map.id, hash: map.hash)
        } catch {
            throw EngineError(
                .upstreamFailed, "\(name) does not give the map \(map.id): \(error.message).", upstream: name)
        }
    }

    /// Any answer shows that the upstream is there; one to a configured path must also say that all is well.
    fileprivate func check(_ connection: UpstreamConnection, _ path: String?) async throws(EngineError) {
        guard let path else {
            let answer = try await connection.send(UpstreamRequest(.api("models")))
            if answer.status >= 500 { try await answer.check() }
            return
        }
        let answer = try await connection.send(UpstreamRequest(.root(String(path.drop { $0 == "/" }))))
        try await answer.check()
    }
}
