package import CodecAPI
internal import CodecMaps
internal import HTTPTypes

extension MessagesAnswerReader: UpstreamAnswerReader {}

/// A server with Anthropic's `/v1/messages`.
package struct MessagesUpstream: ModelEngine {
    /// What is sent where the client names no version: the one that every server of this API knows.
    private static let version = "2023-06-01"

    private let connection: UpstreamConnection
    private let model: String?
    private let writer: MessagesRequestWriter

    /// - Parameters:
    ///   - model: the upstream's name of the model; nil = the one that a request names.
    ///   - defaultMaxTokens: new tokens of an answer whose client sets no limit.
    package init(
        _ connection: UpstreamConnection, model: String? = nil,
        defaultMaxTokens: Int = MessagesRequestWriter.defaultMaxTokens
    ) {
        self.connection = connection
        self.model = model
        writer = MessagesRequestWriter(defaultMaxTokens: defaultMaxTokens)
    }

    package func respond(to request: ModelRequest) async throws(EngineError) -> ModelStream {
        let body: UpstreamBody
        do throws(APIError) {
            body = try writer.body(of: request, model: try name(for: request))
        } catch {
            throw EngineError(writing: error, for: connection.name)
        }
        let asked = UpstreamRequest(.api("messages"), headers: headers(of: request), body: body.json)
        guard request.isStreamed else {
            let document = try await connection.document(asked)
            do throws(AnswerError) {
                return ModelStream(
                    WholeAnswerChunk(try MessagesAnswerReader.read(document: document)),
                    degradations: body.degradations)
            } catch {
                throw EngineError(error, of: connection.name)
            }
        }
        let source = try await UpstreamChunks(try await connection.events(asked), MessagesAnswerReader())
        return ModelStream(source, degradations: body.degradations)
    }

    package func countTokens(of request: ModelRequest) async throws(EngineError) -> Int {
        let body: UpstreamBody
        do throws(APIError) {
            body = try writer.countBody(of: request, model: try name(for: request))
        } catch {
            throw EngineError(writing: error, for: connection.name)
        }
        let answer = try await connection.send(
            UpstreamRequest(.api("messages/count_tokens"), headers: headers(of: request), body: body.json))
        guard ![404, 405, 501].contains(answer.status) else {
            throw EngineError(
                .unsupported, "\(connection.name) cannot count tokens.", upstream: connection.name)
        }
        let bytes = try await answer.document()
        let document = try? JSONValue(parsing: bytes)
        guard let count = document?["input_tokens"]?.count else {
            throw .malformed("a count without 'input_tokens'", from: connection.name)
        }
        return count
    }

    package func shutdown() async { await connection.shutdown() }

    private func name(for request: ModelRequest) throws(APIError) -> String {
        guard let name = model ?? request.model else {
            throw .invalidRequest("'model' is missing.", param: "model")
        }
        return name
    }

    /// The version and the betas that the client wrote its request for.
    private func headers(of request: ModelRequest) -> [(name: String, value: String)] {
        var headers = [(name: "anthropic-version", value: Self.version)]
        if let original = request.original, original.dialect == .messages {
            headers += original.headers.map { ($0.name.rawName, $0.value) }
        }
        return headers
    }
}
