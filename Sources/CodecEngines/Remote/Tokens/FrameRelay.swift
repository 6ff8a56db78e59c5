internal import CodecAPI
internal import CodecCore
package import CodecMaps
internal import NIOHTTP1

/// Passes the frames of another Codec server on, byte by byte as they come: nothing is decoded, and so nothing is checked
/// but that the body is whole.
package struct FrameRelay: Sendable {
    /// An answer's head, and its body as it came over the network.
    package struct Answer: Sendable {
        /// Those that say what the body is: its type, encoding, map, dictionary and ranks.
        package var headers: [(name: String, value: String)]
        /// Ends cleanly only if the upstream's did; else it throws, and what was passed on must be cut as well.
        package var body: UpstreamAnswerBody
    }

    private let connection: UpstreamConnection
    private let model: String?

    /// - Parameter model: The upstream's name of the model; nil for its default.
    package init(_ connection: UpstreamConnection, model: String? = nil) {
        self.connection = connection
        self.model = model
    }

    /// - Parameters:
    ///   - body: The client's request, whose `stream_format` says which frames it wants.
    ///   - path: `completions` or `chat/completions`.
    ///   - headers: The client's, as far as they say what it can read: `Accept-Encoding`, `Available-Dictionary`, versions.
    /// - Throws: what a status other than 200 says; `upstreamFailed` for what are no frames.
    package func start(
        _ body: JSONValue, path: String, headers: [(name: String, value: String)]
    ) async throws(EngineError) -> Answer {
        var body = body
        body.set("model", model.map { .string($0) })
        var request = UpstreamRequest(.api(path), json: body)
        request.headers = headers
        let answer = try await connection.send(request, decodes: false)
        try await answer.check()
        let type = answer.headers.first(name: "Content-Type") ?? ""
        guard FrameFormat.allCases.contains(where: { type.hasPrefix($0.contentType) }) else {
            throw .malformed(
                "\(type.isEmpty ? "no Content-Type" : type) in place of frames", from: connection.name)
        }
        let passed = answer.headers.filter { name, _ in
            let name = name.lowercased()
            return ["content-type", "content-encoding", "vary"].contains(name) || name.hasPrefix("codec-")
        }
        return Answer(headers: passed.map { ($0.name, $0.value) }, body: answer.body)
    }
}
