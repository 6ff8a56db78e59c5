internal import CodecAPI
package import CodecCore
internal import CodecMaps

/// SGLang's `/generate`.
package struct SGLangUpstream: TokenUpstream {
    private let connection: UpstreamConnection

    package init(_ connection: UpstreamConnection) { self.connection = connection }

    package func start(_ order: TokenOrder) async throws(EngineError) -> any TokenStepSource {
        var sampling: JSONValue = [:]
        order.addSampling(
            to: &sampling, limit: "max_new_tokens", penalty: "repetition_penalty", allOfTopK: -1,
            seed: "sampling_seed")
        let body: JSONValue = [
            "input_ids": .array(order.prompt.map { .integer(Int($0)) }), "sampling_params": sampling,
            "stream": true,
        ]
        let events = try await connection.events(UpstreamRequest(.root("generate"), json: body))
        return UpstreamSteps(events, SGLangStepReader())
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
        let info = try await connection.json(.root("get_server_info"))
        return (info["context_length"] ?? info["max_req_input_len"])?.count
    }

    package func shutdown() async { await connection.shutdown() }
}

/// A server's option decides whether `output_ids` are all so far or what is new; `completion_tokens` tells which.
struct SGLangStepReader: TokenStepReader {
    private var told = 0
    private var hasEnded = false

    mutating func append(data: [UInt8]) throws(AnswerError) -> TokenStep? {
        if hasEnded || data.starts(with: "[DONE]".utf8) { return nil }
        let chunk = try AnswerError.document(data)
        guard let count = chunk["meta_info"]?["completion_tokens"]?.count else {
            throw .malformed("A chunk has no 'meta_info.completion_tokens'.")
        }
        let ids = try AnswerError.ids(chunk["output_ids"], of: "output_ids")
        let new: [TokenID]
        if ids.count == count, count >= told {
            new = Array(ids[told...])
        } else if ids.count == count - told {
            new = ids
        } else {
            throw .malformed("A chunk has \(ids.count) ids, \(told) came before it, and it counts \(count).")
        }
        told = count
        var end: FinishReason?
        if let reason = chunk["meta_info"]?["finish_reason"] {
            switch reason["type"]?.string {
            case "stop": end = .endOfSequence
            case "length": end = .length
            case "abort":
                throw .reported(message: reason["message"]?.string ?? "It was aborted.", type: nil)
            case let type: throw .malformed("The finish reason is '\((type ?? "none").prefix(50))'.")
            }
            hasEnded = true
        }
        return TokenStep(ids: new, end: end)
    }

    mutating func finish() throws(AnswerError) -> TokenStep? { nil }
}
