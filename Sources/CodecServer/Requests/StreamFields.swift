internal import CodecAPI
internal import CodecCore
internal import HTTPTypes

/// How an answer is to be delivered: the fields and headers that say so.
struct StreamFields: Sendable, Equatable {
    private static let longestDelay = 60_000
    private static let mostIDs = 4096

    var format: AnswerFormat
    var includesUsage = false
    var flush: FlushPolicy

    /// A stream of frames as a binary request asks for it.
    init(streamFormat: String?, otherwise format: FrameFormat, flush: FlushPolicy) throws(APIError) {
        self.flush = flush
        let named = try streamFormat.map { name throws(APIError) in try AnswerFormat.frames(named: name) }
        self.format = .frames(named ?? format)
    }

    /// `stream_format` decides; then an `Accept` for frames; then `stream`, and never `Accept`, whether
    /// events are sent.
    init(_ body: JSONObject, headers: HTTPFields, flush: FlushPolicy) throws(APIError) {
        let isStream = try body.bool("stream") ?? false
        self.flush = flush
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
        if let delay = try options.integer("flush_ms", in: 0...Self.longestDelay) {
            self.flush.delay = .milliseconds(delay)
        }
        if let most = try options.integer("max_ids", in: 1...Self.mostIDs) { self.flush.maximumIDs = most }
    }
}
