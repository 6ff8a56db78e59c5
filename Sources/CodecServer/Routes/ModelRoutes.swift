internal import CodecAPI
internal import CodecCompression
internal import CodecEngines
internal import CodecGateway
internal import CodecMaps
internal import Hummingbird
internal import NIOCore

/// `GET /v1/models` and one model by its name, which may hold slashes: as OpenAI tells them, or as Anthropic does
/// to clients that name a version of its API.
struct ModelRoutes: Sendable {
    let models: ModelRegistry

    func add(to table: RouteTable) {
        table.get("/v1/models") { request, _ in
            let listed = await models.listed()
            guard !request.headers.hasMessagesVersion else { return .json(MessagesModels.list(listed)) }
            var output: [UInt8] = []
            output.append(json: #"{"object":"list","data":["#)
            for (index, model) in listed.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                append(model, to: &output)
            }
            output.append(json: "]}")
            return .json(output)
        }
        table.get("/v1/models/**") { request, context in
            let name = context.parameters.getCatchAll().joined(separator: "/")
            let model = try await card(named: name.removingPercentEscapes)
            var output: [UInt8] = []
            if request.headers.hasMessagesVersion {
                MessagesModels.append(model, to: &output)
            } else {
                append(model, to: &output)
            }
            return .json(output)
        }
    }

    /// A listed model, or one that is not listed but can be asked for, as it is shown.
    private func card(named name: String) async throws(APIError) -> ModelCard {
        let model = try await models.model(named: name)
        return await models.listed().first { $0.name == model.shownName }
            ?? ModelCard(name: model.shownName, created: model.created)
    }

    private func append(_ model: ModelCard, to output: inout [UInt8]) {
        output.append(json: #"{"id":"#)
        output.append(jsonString: model.name)
        output.append(json: #","object":"model","created":"#)
        output.append(json: model.created)
        output.append(json: #","owned_by":"codec""#)
        if let length = model.contextLength {
            output.append(json: #","context_length":"#)
            output.append(json: length)
        }
        if let map = model.map {
            output.append(json: #","tokenizer_map":{"id":"#)
            output.append(jsonString: map.id)
            output.append(json: #","hash":"#)
            output.append(jsonString: map.hash.description)
            output.append(UInt8(ascii: "}"))
        }
        output.append(UInt8(ascii: "}"))
    }
}

extension Response {
    /// A JSON document.
    static func json(_ bytes: [UInt8]) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
