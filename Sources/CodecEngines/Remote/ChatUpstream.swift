package import CodecAPI
internal import CodecCore
package import CodecMaps
import Synchronization

/// An upstream with OpenAI's routes for chat and completions, asked in text.
package final class ChatUpstream: ModelEngine {
    /// Which server it is: what it takes beyond OpenAI's API, and how it counts.
    package enum Server: Sendable {
        case vllm, sglang, llama, codec
        /// OpenAI itself, or any other server of the same API.
        case openai
    }

    private let connection: UpstreamConnection
    private let server: Server
    private let traits: OpenAIServerTraits
    private let model: String?
    private let map: TokenizerMap?
    /// Learned from a refusal: there is no `/completions`.
    private let lacksCompletions = Atomic(false)

    /// - Parameters:
    ///   - model: The upstream's name of the model; nil passes on the name in the request.
    ///   - map: The model's vocabulary, if it is known: counts the tokens of texts where the server cannot.
    package init(
        _ connection: UpstreamConnection, _ server: Server, model: String? = nil, map: TokenizerMap? = nil
    ) {
        self.connection = connection
        self.server = server
        self.model = model
        self.map = map
        traits =
            switch server {
            case .vllm: .vllm
            case .sglang: .sglang
            case .llama: .llama
            case .codec: .codec
            case .openai: connection.configuration.address.isOpenAI ? .openAI : .compatible
            }
    }

    package func respond(to request: ModelRequest) async throws(EngineError) -> ModelStream {
        switch request.input {
        case .messages: return try await chat(request)
        case .ids: return try await completions(request, orElse: nil)
        case .text:
            if lacksCompletions.load(ordering: .relaxed) { return try await chat(request) }
            return try await completions(request) { () async throws(EngineError) in
                try await self.chat(request)
            }
        }
    }

    package func shutdown() async { await connection.shutdown() }

    private func name(for request: ModelRequest) -> String { model ?? request.model ?? "" }

    private func chat(_ request: ModelRequest) async throws(EngineError) -> ModelStream {
        let body = try write { () throws(APIError) in
            try ChatRequestWriter(traits).body(of: request, model: name(for: request))
        }
        let answer = try await send(body, to: "chat/completions", isStreamed: request.isStreamed)
        return try await read(answer, as: .chat, of: request, body)
    }

    /// - Parameter orElse: What is done where there is no such route.
    private func completions(
        _ request: ModelRequest, orElse fallback: (() async throws(EngineError) -> ModelStream)?
    ) async throws(EngineError) -> ModelStream {
        let body = try write { () throws(APIError) in
            try CompletionsRequestWriter(traits).body(of: request, model: name(for: request))
        }
        let answer = try await send(body, to: "completions", isStreamed: request.isStreamed)
        if answer.status == 404 || answer.status == 405, let fallback {
            let error = await answer.refusal().error(of: connection.name)
            if error.code == .modelNotFound { throw error }
            lacksCompletions.store(true, ordering: .relaxed)
            return try await fallback()
        }
        return try await read(answer, as: .completions, of: request, body)
    }

    private func send(
        _ body: UpstreamBody, to path: String, isStreamed: Bool
    ) async throws(EngineError) -> UpstreamAnswer {
        try await connection.send(
            UpstreamRequest(
                .api(path), headers: [("Accept", isStreamed ? "text/event-stream" : "application/json")],
                body: body.json))
    }

    private func read(
        _ answer: UpstreamAnswer, as dialect: Dialect, of request: ModelRequest, _ body: UpstreamBody
    ) async throws(EngineError) -> ModelStream {
        let source: any ModelChunkSource
        if request.isStreamed {
            source = try await UpstreamChunks(try await answer.events(), OpenAIAnswerReader(dialect))
        } else {
            let document = try await answer.document()
            do throws(AnswerError) {
                source = WholeAnswerChunk(try OpenAIAnswerReader.read(document: document, as: dialect))
            } catch {
                throw EngineError(error, of: connection.name)
            }
        }
        return ModelStream(source, degradations: body.degradations)
    }

    private func write(
        _ body: () throws(APIError) -> UpstreamBody
    ) throws(EngineError) -> UpstreamBody {
        do throws(APIError) {
            return try body()
        } catch {
            throw EngineError(writing: error, for: connection.name)
        }
    }

    // MARK: - Counting

    package func countTokens(of request: ModelRequest) async throws(EngineError) -> Int {
        switch request.input {
        case .ids(let ids): return ids.count
        case .text(let text):
            switch server {
            case .vllm:
                return try await count(
                    at: "tokenize", ["model": .string(name(for: request)), "prompt": .string(text)])
            case .llama: return try await tokenCount(text)
            default: break
            }
            if let map { return map.tokenizer.encode([Tokenizer.Segment(text)]).count }
        case .messages:
            var asked = request
            asked.original = nil
            asked.isStreamed = false
            let body = try write { () throws(APIError) in
                try ChatRequestWriter(traits).body(of: asked, model: name(for: request))
            }
            guard let written = try? JSONValue(parsing: body.json, limit: 4 << 20) else { break }
            var fields: JSONValue = [:]
            for field in ["model", "messages", "tools", "chat_template_kwargs"] {
                fields.set(field, written[field])
            }
            switch server {
            case .vllm: return try await count(at: "tokenize", fields)
            case .llama:
                let prompt = try await connection.json(.root("apply-template"), body: fields)["prompt"]?
                    .string
                guard let prompt else { throw .malformed("no prompt", from: connection.name) }
                return try await tokenCount(prompt)
            default: break
            }
        }
        throw EngineError(
            .unsupported, "The tokens of this cannot be counted: \(connection.name) does not tell.",
            upstream: connection.name)
    }

    private func tokenCount(_ text: String) async throws(EngineError) -> Int {
        let body: JSONValue = ["content": .string(text), "add_special": true]
        guard let tokens = try await connection.json(.root("tokenize"), body: body)["tokens"]?.array else {
            throw .malformed("no tokens", from: connection.name)
        }
        return tokens.count
    }

    private func count(at path: String, _ body: JSONValue) async throws(EngineError) -> Int {
        guard let count = try await connection.json(.root(path), body: body)["count"]?.count else {
            throw .malformed("no count", from: connection.name)
        }
        return count
    }
}
