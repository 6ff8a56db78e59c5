internal import CodecAPI
internal import CodecCore
internal import HTTPTypes

/// How an answer is to be delivered: the fields and headers that say so.
struct StreamFields: Sendable, Equatable {
    private static let longestDelay = 60_000
    private static let mostIDs = 4096

    var format: AnswerFormat
    /// Whether a stream of events ends with what it cost.
    var includesUsage = false
    /// Nil when the request does not say.
    var flush: FlushPolicy?

    /// `stream_format` decides; then an `Accept` for frames; then `stream`, and never `Accept`, whether
    /// events are sent.
    /// - Parameter flush: what holds where the request says a part only.
    init(_ body: JSONObject, headers: HTTPFields, flush: FlushPolicy) throws(APIError) {
        let isStream = try body.bool("stream") ?? false
        if let name = try body.string("stream_format") {
            format = .frames(try AnswerFormat.frames(named: name))
        } else if let frames = AnswerFormat.frames(accept: headers[.accept]) {
            format = .frames(frames)
        } else {
            format = isStream ? .events : .document
        }
        guard let options = try body.object("stream_options") else { return }
        guard format != .document else {
            throw .invalidRequest(
                "'stream_options' is allowed only when the answer is streamed.", param: "stream_options")
        }
        includesUsage = try options.bool("include_usage") ?? false
        let delay = try options.integer("flush_ms", in: 0...Self.longestDelay)
        let most = try options.integer("max_ids", in: 1...Self.mostIDs)
        guard delay != nil || most != nil else { return }
        self.flush = FlushPolicy(
            delay: delay.map { .milliseconds($0) } ?? flush.delay, maximumIDs: most ?? flush.maximumIDs)
    }
}
