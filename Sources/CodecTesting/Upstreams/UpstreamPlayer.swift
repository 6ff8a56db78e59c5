import CodecCore
import CodecMaps

/// Finds what a scripted upstream answers to a request.
struct UpstreamPlayer: Sendable {
    let kind: ScriptedUpstream.Kind
    let map: TokenizerMap?
    let hasCompletions: Bool
    /// Whether SGLang's chunks hold what is new, in place of all so far.
    let isIncremental: Bool
    let script: @Sendable (ScriptedUpstream.Request) -> UpstreamScript

    func reply(to request: ScriptedUpstream.Request) -> UpstreamReply {
        let path = String(request.path.prefix { $0 != "?" })
        if request.method == "GET" { return fact(path) }
        let json = request.json
        switch (kind, path) {
        case (.anthropic, "/v1/messages/count_tokens"): return UpstreamReply(#"{"input_tokens":7}"#)
        case (.vllm, "/tokenize"), (.llama, "/tokenize"), (.llama, "/apply-template"):
            return tool(path, json)
        default: break
        }
        guard answers(path) else { return notFound }
        var script = script(request)
        if let reply = refusal(script.fault) { return reply }
        if script.fault == .wrongIDs { script = withWrongIDs(script) }
        let limit =
            ["max_tokens", "max_completion_tokens", "n_predict"].lazy.compactMap { json[$0]?.int }
            .first ?? json["sampling_params"]?["max_new_tokens"]?.int
        let (played, isCut) = script.limited(to: limit)
        let play = ScriptedPlay(
            request: json, script: played, isCut: isCut, kind: kind, isIncremental: isIncremental)
        switch (kind, path) {
        case (.anthropic, _): return play.messages()
        case (.sglang, "/generate"): return play.generate()
        case (.llama, "/completion"): return play.completion()
        case (.codec, _) where json["stream_format"] != nil: return play.frames()
        case (_, "/v1/completions"): return play.completions()
        default: return play.chat()
        }
    }

    private func answers(_ path: String) -> Bool {
        switch (kind, path) {
        case (.anthropic, "/v1/messages"), (.sglang, "/generate"), (.llama, "/completion"): true
        case (.anthropic, _): false
        case (_, "/v1/chat/completions"): true
        case (_, "/v1/completions"): hasCompletions
        default: false
        }
    }

    private func fact(_ path: String) -> UpstreamReply {
        switch (kind, path) {
        case (_, "/health"): UpstreamReply(#"{"status":"ok"}"#)
        case (.anthropic, "/v1/models"):
            UpstreamReply(
                #"{"data":[{"type":"model","id":"scripted","display_name":"Scripted","created_at":"2026-01-01T00:00:00Z"}],"has_more":false,"first_id":"scripted","last_id":"scripted"}"#
            )
        case (_, "/v1/models"):
            UpstreamReply(
                #"{"object":"list","data":[{"id":"scripted","object":"model","created":0,"owned_by":"test","max_model_len":4096}]}"#
            )
        case (.llama, "/props"):
            UpstreamReply(
                #"{"default_generation_settings":{"n_ctx":4096},"total_slots":8,"model_path":"scripted.gguf"}"#
            )
        case (.sglang, "/get_server_info"), (.sglang, "/server_info"):
            UpstreamReply(#"{"max_total_num_tokens":32768,"context_length":4096}"#)
        case (.sglang, "/get_model_info"), (.sglang, "/model_info"):
            UpstreamReply(#"{"model_path":"scripted","is_generation":true}"#)
        default: notFound
        }
    }

    /// The templates and tokenizers of servers that have them: the messages one after another, each behind its role.
    private func tool(_ path: String, _ json: JSONValue) -> UpstreamReply {
        let prompt = (json["messages"]?.array ?? []).map { message in
            "\(message["role"]?.string ?? ""): \(message["content"]?.string ?? "")\n"
        }.joined()
        if path == "/apply-template" { return UpstreamReply("{\"prompt\":\(quoted(prompt))}") }
        guard let map else { return notFound }
        let text = json["prompt"]?.string ?? json["content"]?.string ?? prompt
        let ids = map.tokenizer.encode([Tokenizer.Segment(text, specials: .parse)])
        return UpstreamReply(#"{"count":\#(ids.count),"max_model_len":4096,"tokens":\#(ids)}"#)
    }

    private var notFound: UpstreamReply {
        UpstreamReply(status: 404, #"{"detail":"Not Found"}"#)
    }

    private func refusal(_ fault: UpstreamFault?) -> UpstreamReply? {
        switch fault {
        case .status(let status)?:
            UpstreamReply(
                status: status,
                headers: status == 429 || status == 503 ? "Retry-After: 7\r\n" : "",
                ScriptedPlay.error(of: kind, status: status))
        case .html(let status)?:
            UpstreamReply(
                status: status, type: "text/html", "<html><body><h1>\(status) Bad Gateway</h1></body></html>")
        case .hangBeforeHead?: .silence()
        default: nil
        }
    }

    private func withWrongIDs(_ script: UpstreamScript) -> UpstreamScript {
        var script = script
        for index in script.pieces.indices.suffix(1) { script.pieces[index].ids = [TokenID.max] }
        return script
    }
}

extension JSONValue {
    var int: Int? { if case .integer(let number) = self { number } else { nil } }
}
