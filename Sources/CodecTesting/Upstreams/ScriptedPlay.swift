import CodecCore
import CodecMaps

/// One request's script as one server's API tells it.
struct ScriptedPlay {
    let request: JSONValue
    let script: UpstreamScript
    /// The request's limit ended the script.
    let isCut: Bool
    let kind: ScriptedUpstream.Kind
    let isIncremental: Bool

    var isStreamed: Bool { request["stream"]?.bool ?? false }
    var model: String { quoted(request["model"]?.string ?? "scripted") }
    var fault: UpstreamFault? { script.fault }

    /// An error's document in the shape of the server.
    static func error(of kind: ScriptedUpstream.Kind, status: Int) -> String {
        switch kind {
        case .anthropic:
            let type =
                switch status {
                case 400: "invalid_request_error"
                case 401: "authentication_error"
                case 429: "rate_limit_error"
                case 529: "overloaded_error"
                default: "api_error"
                }
            return
                #"{"type":"error","error":{"type":"\#(type)","message":"scripted \#(status)"},"request_id":"req_1"}"#
        case .llama:
            return #"{"error":{"code":\#(status),"message":"scripted \#(status)","type":"scripted_error"}}"#
        case .sglang:
            return
                #"{"object":"error","message":"scripted \#(status)","type":"ScriptedError","param":null,"code":\#(status)}"#
        default:
            return
                #"{"error":{"message":"scripted \#(status)","type":"scripted_error","param":"temperature","code":null}}"#
        }
    }

    var errorDocument: String { Self.error(of: kind, status: 500) }

    /// A `data:` event.
    static func data(_ json: String) -> [UInt8] { Array("data: \(json)\n\n".utf8) }

    func stream(_ events: [String], terminal: Int) -> UpstreamReply {
        .stream(
            events.map(Self.data), terminal: terminal, error: Self.data(errorDocument), fault: fault)
    }

    func document(_ json: String) -> UpstreamReply {
        .document(json, error: errorDocument, fault: fault)
    }
}

// MARK: - OpenAI's forms

extension ScriptedPlay {
    private var telling: Bool { kind == .vllm && request["return_token_ids"]?.bool == true }
    private var wantsUsage: Bool { request["stream_options"]?["include_usage"]?.bool == true }
    private var prompt: String { "[1,2,3]" }

    private var usage: String {
        let tokens = script.completionTokens
        return #"{"prompt_tokens":\#(script.promptTokens),"completion_tokens":\#(tokens),"#
            + #""total_tokens":\#(script.promptTokens + tokens),"#
            + #""prompt_tokens_details":{"cached_tokens":\#(script.cachedTokens)},"#
            + #""completion_tokens_details":{"reasoning_tokens":\#(script.reasoning.count)}}"#
    }

    private var finish: String {
        isCut ? "length" : script.toolCalls.isEmpty ? "stop" : "tool_calls"
    }

    private var reasoningField: String { kind == .vllm ? "reasoning" : "reasoning_content" }

    func chat() -> UpstreamReply { isStreamed ? chatStream() : chatDocument() }

    private func chatStream() -> UpstreamReply {
        func chunk(_ delta: String, finish: String = "null", ids: [TokenID]? = nil, top: String = "")
            -> String
        {
            let told = telling ? ids.map { #","token_ids":\#($0)"# } ?? "" : ""
            return
                #"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":\#(model)\#(top),"#
                + #""choices":[{"index":0,"delta":\#(delta),"logprobs":null,"finish_reason":\#(finish)\#(told)}]}"#
        }
        var events = [
            chunk(
                #"{"role":"assistant","content":""}"#, top: telling ? #","prompt_token_ids":\#(prompt)"# : "")
        ]
        events += script.reasoning.map { chunk(#"{"\#(reasoningField)":\#(quoted($0))}"#) }
        events += script.pieces.map { chunk(#"{"content":\#(quoted($0.text))}"#, ids: $0.ids) }
        for (index, call) in script.toolCalls.enumerated() {
            events.append(
                chunk(
                    #"{"tool_calls":[{"index":\#(index),"id":\#(quoted(call.id)),"type":"function","#
                        + #""function":{"name":\#(quoted(call.name)),"arguments":""}}]}"#))
            events += call.arguments.map {
                chunk(#"{"tool_calls":[{"index":\#(index),"function":{"arguments":\#(quoted($0))}}]}"#)
            }
        }
        events.append(chunk("{}", finish: "\"\(finish)\"", ids: script.endID.map { [$0] } ?? []))
        var terminal = 2
        if wantsUsage {
            terminal += 1
            events.append(
                #"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":\#(model),"#
                    + #""choices":[],"usage":\#(usage)}"#)
        }
        return stream(events + ["[DONE]"], terminal: terminal)
    }

    private func chatDocument() -> UpstreamReply {
        let calls = script.toolCalls.map {
            #"{"id":\#(quoted($0.id)),"type":"function","function":{"name":\#(quoted($0.name)),"#
                + #""arguments":\#(quoted($0.arguments.joined()))}}"#
        }.joined(separator: ",")
        let content = script.pieces.isEmpty ? "null" : quoted(script.text)
        let reasoning =
            script.reasoning.isEmpty
            ? "" : #","\#(reasoningField)":\#(quoted(script.reasoning.joined()))"#
        let message =
            #"{"role":"assistant","content":\#(content)\#(reasoning)"#
            + (calls.isEmpty ? "}" : #","tool_calls":[\#(calls)]}"#)
        let ids = script.ids + (script.endID.map { [$0] } ?? [])
        return document(
            #"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":\#(model),"choices":["#
                + #"{"index":0,"message":\#(message),"logprobs":null,"finish_reason":"\#(finish)""#
                + (telling ? #","token_ids":\#(ids)"# : "") + #"}],"usage":\#(usage)"#
                + (telling ? #","prompt_token_ids":\#(prompt)"# : "") + "}")
    }

    func completions() -> UpstreamReply {
        func choice(_ text: String, _ finish: String, _ ids: [TokenID], isFirst: Bool) -> String {
            let told =
                telling ? #","token_ids":\#(ids),"prompt_token_ids":\#(isFirst ? prompt : "null")"# : ""
            return #"{"index":0,"text":\#(quoted(text)),"logprobs":null,"finish_reason":\#(finish)"#
                + #","stop_reason":null\#(told)}"#
        }
        let head = #"{"id":"cmpl-1","object":"text_completion","created":1,"model":\#(model),"choices":["#
        let end = script.endID.map { [$0] } ?? []
        guard isStreamed else {
            return document(
                head + choice(script.text, "\"\(finish)\"", script.ids + end, isFirst: true)
                    + #"],"usage":\#(usage)}"#)
        }
        // The last ids come with the reason.
        var events = script.pieces.dropLast().enumerated().map { index, piece in
            head + choice(piece.text, "null", piece.ids, isFirst: index == 0) + "]}"
        }
        let last = script.pieces.last
        events.append(
            head
                + choice(
                    last?.text ?? "", "\"\(finish)\"", (last?.ids ?? []) + end,
                    isFirst: script.pieces.count < 2)
                + "]}")
        if wantsUsage { events.append(head + #"],"usage":\#(usage)}"#) }
        return stream(events + ["[DONE]"], terminal: wantsUsage ? 3 : 2)
    }
}
