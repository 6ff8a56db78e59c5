internal import CodecCompression
internal import CodecEngines
internal import CodecGateway

/// What the server counts: `GET /metrics`.
final class ServerMetrics: Sendable {
    let requests = Family { Counter() }
    let requestDuration = Family { Histogram() }
    let timeToFirstFrame = Family { Histogram() }
    let promptTokens = Family { Counter() }
    let completionTokens = Family { Counter() }
    let bodyBytes = Family { Counter() }
    let encodings = Family { Counter() }
    let frames = Family { Counter() }
    let endings = Family { Counter() }
    let callerRequests = Family { Counter() }
    let callerTokens = Family { Counter() }
    let upstreamTokens = Family { Counter() }
    let streams = Gauge()

    /// An answer's encoding was chosen.
    func note(_ coding: AnswerCoding, format: String, trace: RequestTrace) {
        trace.note { notes in
            notes.format = format
            notes.encoding = coding.encoding.rawValue
            notes.encodingReason = coding.reason
        }
        encodings[["format": format, "encoding": coding.encoding.rawValue, "reason": coding.reason]].add()
    }

    /// What an answer took counts for its caller, and for the upstream that gave it.
    func noteUse(_ progress: AnswerProgress, caller: Caller?, upstream: String?) {
        let tokens = progress.tokens
        caller?.charge(tokens: tokens)
        guard tokens > 0 else { return }
        if let caller { callerTokens[["key": caller.name]].add(tokens) }
        if let upstream { upstreamTokens[["upstream": upstream]].add(tokens) }
    }

    func exposition(models: ModelRegistry, gateway: Gateway?, connections: Int) -> String {
        var out = Exposition()
        out.counters("codec_http_requests_total", "Requests answered, by route and status.", requests)
        out.histograms(
            "codec_http_request_duration_seconds", "From a request's head to its answer's end.",
            requestDuration)
        out.histograms(
            "codec_time_to_first_frame_seconds", "From a request's head to the first ids written.",
            timeToFirstFrame)
        out.counters("codec_prompt_tokens_total", "Ids of prompts that were taken on.", promptTokens)
        out.counters("codec_completion_tokens_total", "Ids that were sent.", completionTokens)
        out.counters(
            "codec_response_body_bytes_total",
            "Bytes of completions' bodies as sent, by format and encoding.",
            bodyBytes)
        out.counters(
            "codec_encodings_total", "Encodings of completions' bodies, and why they were chosen.", encodings)
        out.counters("codec_frames_total", "Packed frames that were sent, by format.", frames)
        out.counters("codec_completions_ended_total", "Completions by why they ended.", endings)
        out.gauge("codec_streams_active", "Streams being written.", [([:], streams.current)])
        out.gauge("codec_connections_open", "Open connections.", [([:], connections)])
        let loads = models.all.compactMap { model in
            model.tokens.map { ($0.engine.load, ["model": model.name] as Labels) }
        }
        out.gauge("codec_slots", "Completions that can run at once.", loads.map { ($1, $0.slots) })
        out.gauge("codec_slots_busy", "Completions that run.", loads.map { ($1, $0.busySlots) })
        out.gauge("codec_queue_depth", "Completions that wait for a slot.", loads.map { ($1, $0.queued) })
        out.counters("codec_caller_requests_total", "Requests by the caller's key.", callerRequests)
        out.counters("codec_caller_tokens_total", "Tokens of prompts and answers by key.", callerTokens)
        if let gateway { append(gateway, to: &out) }
        return out.text
    }

    private func append(_ gateway: Gateway, to out: inout Exposition) {
        let states = gateway.upstreams.map { upstream in
            let labels: Labels = ["upstream": upstream.name, "kind": upstream.configuration.kind.rawValue]
            return (labels: labels, state: upstream.snapshot, isReady: upstream.isReady)
        }
        out.counters("codec_upstream_tokens_total", "Tokens of prompts and answers.", upstreamTokens)
        out.counter(
            "codec_upstream_requests_total", "Requests that an upstream was asked, tries included.",
            states.map { ($0.labels, $0.state.requests) })
        out.counter(
            "codec_upstream_failures_total", "Requests that an upstream failed.",
            states.map { ($0.labels, $0.state.failures) })
        out.gauge(
            "codec_upstream_running", "Requests that run at an upstream.",
            states.map { ($0.labels, $0.state.running) })
        out.gauge(
            "codec_upstream_waiting", "Requests that wait for an upstream.",
            states.map { ($0.labels, $0.state.waiting) })
        out.gauge(
            "codec_upstream_ready", "1 for an upstream that is known to work and is not out.",
            states.map { ($0.labels, $0.isReady ? 1 : 0) })
    }
}
