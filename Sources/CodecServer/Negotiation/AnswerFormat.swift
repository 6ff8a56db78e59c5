internal import CodecAPI
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

    /// A label for logs, metrics and the picker.
    var name: String {
        switch self {
        case .document: "json"
        case .events: "sse"
        case .frames(let format): format.name
        }
    }

    /// The form of the frames; nil for forms that carry text.
    var frameFormat: FrameFormat? { if case .frames(let format) = self { format } else { nil } }

    /// The frames that `stream_format` names.
    static func frames(named name: String) throws(APIError) -> FrameFormat {
        guard let format = FrameFormat(name: name) else {
            let known = FrameFormat.allCases.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw .invalidRequest(
                "'stream_format' must be one of \(known).", param: "stream_format",
                code: "unknown_stream_format")
        }
        return format
    }

    /// The frames that an `Accept` header asks for, if any; of several the one with the greatest weight.
    static func frames(accept: String?) -> FrameFormat? {
        guard let accept else { return nil }
        let asked = AcceptList(accept).entries.compactMap { entry -> (format: FrameFormat, weight: Int)? in
            guard entry.weight > 0, let format = acceptable[entry.name] else { return nil }
            return (format, entry.weight)
        }
        return asked.reduce(nil as (format: FrameFormat, weight: Int)?) { best, next in
            guard let best, best.weight >= next.weight else { return next }
            return best
        }?.format
    }

    /// The format of a binary request, by its media type.
    static func request(mediaType: String) -> FrameFormat? {
        guard let format = acceptable[mediaType], format.plain == format else { return nil }
        return format
    }

    private static let acceptable: [String: FrameFormat] = [
        "application/x-codec-msgpack": .msgpack, "application/x-msgpack": .msgpack,
        "application/x-codec-protobuf": .protobuf, "application/x-protobuf": .protobuf,
        "application/x-codec-compact": .compact,
    ]
}
