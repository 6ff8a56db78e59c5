internal import CodecAPI
internal import CodecClient
internal import CodecCompression
package import CodecCore
package import CodecMaps
internal import NIOCore
internal import NIOHTTP1

/// Another Codec server: ids in, frames out.
package struct CodecServerUpstream: TokenUpstream {
    private let connection: UpstreamConnection
    private let model: String?
    private let mapHash: String

    /// - Parameters:
    ///   - model: The upstream's name of the model; nil for its default.
    ///   - map: The vocabulary that its ids must be in.
    package init(_ connection: UpstreamConnection, model: String? = nil, map: TokenizerMap) {
        self.connection = connection
        self.model = model
        mapHash = map.hash.description
    }

    package func start(_ order: TokenOrder) async throws(EngineError) -> any TokenStepSource {
        var body: JSONValue = [
            "prompt": .array(order.prompt.map { .integer(Int($0)) }), "stream": true,
            "stream_format": .string(FrameFormat.msgpack.name),
        ]
        body.set("model", model.map { .string($0) })
        order.addSampling(to: &body, limit: "max_tokens", penalty: "repetition_penalty", allOfTopK: -1)
        var request = UpstreamRequest(.api("completions"), json: body)
        request.headers.append(("Accept", FrameFormat.msgpack.contentType))
        let answer = try await connection.send(request)
        try await answer.check()
        let type = answer.headers.first(name: "Content-Type") ?? ""
        guard type.hasPrefix(FrameFormat.msgpack.contentType) else {
            throw .malformed(
                "\(type.isEmpty ? "no Content-Type" : type) in place of frames", from: connection.name)
        }
        if let named = answer.headers.first(name: "Codec-Tokenizer-Map"), named != mapHash {
            throw EngineError(
                .upstreamFailed, "\(connection.name) has ids of the map \(named), not of \(mapHash).",
                upstream: connection.name)
        }
        return CodecFrameSteps(answer.body)
    }

    package func chatPrompt(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) async throws(EngineError) -> [TokenID] {
        throw EngineError(
            .unsupported,
            "\(connection.name) makes no ids of messages: send a prompt, or give the model a chat template.",
            parameter: "messages", upstream: connection.name)
    }

    package func contextLength() async throws(EngineError) -> Int? {
        let models = try await connection.json(.api("models"))["data"]?.array ?? []
        let entry = models.first { $0["id"]?.string == model } ?? models.first
        return (entry?["max_model_len"] ?? entry?["context_length"])?.count
    }

    package func shutdown() async { await connection.shutdown() }
}

/// Frames as steps.
struct CodecFrameSteps: TokenStepSource {
    private let body: UpstreamAnswerBody
    private var decoder = FrameDecoder(format: .msgpack)

    init(_ body: UpstreamAnswerBody) { self.body = body }

    mutating func next() async throws(EngineError) -> TokenStep {
        var step = TokenStep(ids: [])
        while true {
            do throws(FrameError) {
                while step.end == nil, let frame = try decoder.next() {
                    step.ids += frame.ids
                    if frame.done { step.end = frame.finishReason ?? .endOfSequence }
                }
            } catch {
                throw EngineError(
                    .upstreamFailed, "\(body.upstream): \(error.description)", upstream: body.upstream)
            }
            if step.end == .error {
                throw EngineError(
                    .upstreamFailed, "\(body.upstream) failed in the middle of the answer.",
                    upstream: body.upstream)
            }
            if step.end != nil { body.drain() }
            if step.end != nil || !step.ids.isEmpty { return step }
            guard let part = try await body.next() else {
                throw EngineError(
                    .upstreamFailed, "\(body.upstream): the stream ended before its terminal frame.",
                    upstream: body.upstream)
            }
            decoder.append(Array(part.readableBytesView))
        }
    }
}
