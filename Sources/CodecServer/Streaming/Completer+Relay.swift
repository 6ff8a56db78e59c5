internal import CodecAPI
internal import CodecCore
internal import CodecEngines
internal import CodecGateway
internal import CodecMaps
internal import HTTPTypes
internal import Hummingbird

// Frames of another Codec server, passed on undecoded.

extension Completer {
    /// The client's headers that say what it can read, and whose ids it wants.
    private static let passed: [HTTPField.Name] = [
        .acceptEncoding, .availableDictionary, .codecZstdDictionary, .codecClientVersion, .codecMapPin,
    ]

    /// Whether nothing here wants to see frames: no recorder, no policy to tell of, and no caller whose tokens count.
    var passesFrames: Bool { recorder == nil && versions.safetyPolicy == nil && Caller.current == nil }

    /// - Parameter label: the model's name for metrics.
    /// - Throws: `APIError` or `VersionRefusal`, before anything was sent.
    func relay(
        _ asked: CompletionAsked, format: FrameFormat, through route: ModelRoute, label: String,
        headers: HTTPFields, context: ServerContext
    ) async throws -> Response {
        try versions.check(headers.codecClientVersion)
        var request = asked.request
        request.original?.body.set("stream_format", .string(format.name))
        let path = asked.api == .chat ? "chat/completions" : "completions"
        let passed = Self.passed.compactMap { name in headers[name].map { (name.rawName, $0) } }
        let frames: RelayedFrames
        do {
            frames = try await ClientPresence.current.whilePresent { [request] in
                try await route.relay(request, path: path, headers: passed)
            }
        } catch {
            throw error.asAPIError(promptField: asked.api.promptField)
        }
        var fields: HTTPFields = [:]
        for (name, value) in frames.headers {
            guard let name = HTTPField.Name(name) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        let encoding = fields[.contentEncoding] ?? "identity"
        context.trace.note { notes in
            notes.format = format.name
            notes.encoding = encoding
            notes.encodingReason = "upstream"
        }
        let body = RelayedBody(
            frames: frames, bytes: metrics.bodyBytes[["format": format.name, "encoding": encoding]],
            streams: metrics.streams, presence: ClientPresence.current, trace: context.trace,
            logger: context.logger)
        return Response(
            status: .ok, headers: fields, body: ResponseBody { writer in try await body.write(to: &writer) })
    }
}
