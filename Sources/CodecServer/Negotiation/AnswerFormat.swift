internal import CodecCompression
internal import CodecCore
internal import HTTPTypes

/// The form that a client wants its answer in (spec §3).
enum AnswerFormat: Sendable, Equatable {
    /// One JSON document.
    case document
    /// Server-sent events.
    case events
    case frames(FrameFormat)

    var contentType: String {
        switch self {
        case .document: "application/json"
        case .events: "text/event-stream; charset=utf-8"
        case .frames(let format): format.contentType
        }
    }

    /// A label for logs and metrics.
    var name: String {
        switch self {
        case .document: "json"
        case .events: "sse"
        case .frames(let format): format.name
        }
    }

    var isFrames: Bool { if case .frames = self { true } else { false } }

    /// The frames that a request names, and whether that is less than it asked for: the delta variants are
    /// answered in the plain format.
    static func frames(named name: String) throws(APIError) -> (format: FrameFormat, isPlainForDelta: Bool) {
        switch name {
        case "msgpack": (.msgpack, false)
        case "protobuf": (.protobuf, false)
        case "msgpack-delta": (.msgpack, true)
        case "protobuf-delta": (.protobuf, true)
        default:
            throw .invalidRequest(
                "'stream_format' must be \"msgpack\" or \"protobuf\".", param: "stream_format",
                code: "unknown_stream_format")
        }
    }

    /// The frames that an `Accept` header asks for, if any; of several the one with the greatest weight.
    static func frames(accept: String?) -> FrameFormat? {
        guard let accept else { return nil }
        let asked = AcceptList(accept).entries.compactMap { entry -> (format: FrameFormat, weight: Int)? in
            guard entry.weight > 0, let format = frames(mediaType: entry.name) else { return nil }
            return (format, entry.weight)
        }
        return asked.reduce(nil as (format: FrameFormat, weight: Int)?) { best, next in
            guard let best, best.weight >= next.weight else { return next }
            return best
        }?.format
    }

    /// The format that a media type stands for.
    static func frames(mediaType: String) -> FrameFormat? {
        switch mediaType {
        case "application/x-codec-msgpack", "application/x-msgpack": .msgpack
        case "application/x-codec-protobuf", "application/x-protobuf": .protobuf
        default: nil
        }
    }
}
