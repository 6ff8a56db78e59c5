package import CodecAPI
internal import CodecMaps

extension EngineError {
    /// Why what an upstream sent is no answer.
    package init(_ error: AnswerError, of upstream: String) {
        switch error {
        case .malformed(let sentence):
            self.init(.upstreamFailed, "\(upstream): \(sentence)", upstream: upstream)
        case .reported(let message, let type):
            self = UpstreamRefusal(message: message, type: type).error(of: upstream)
        }
    }

    /// Why a request cannot be written for an upstream.
    package init(writing error: APIError, for upstream: String) {
        self.init(
            error.code == "unsupported_parameter" ? .unsupported : .invalidRequest, error.message,
            parameter: error.param, upstream: upstream)
    }

    /// What an upstream sent is not JSON, or lacks what its API has there.
    static func malformed(_ what: String, from upstream: String) -> EngineError {
        EngineError(.upstreamFailed, "\(upstream) sent \(what).", upstream: upstream)
    }
}

extension UpstreamConnection {
    /// Asks for a JSON document.
    /// - Throws: as `document`, and `upstreamFailed` for what is no JSON or tells an error.
    func json(_ path: UpstreamPath, body: JSONValue? = nil) async throws(EngineError) -> JSONValue {
        var bytes: [UInt8]?
        if let body {
            var written: [UInt8] = []
            written.append(json: body)
            bytes = written
        }
        let answer = try await document(UpstreamRequest(path, body: bytes))
        guard let document = try? JSONValue(parsing: answer, limit: 4 << 20) else {
            throw .malformed("no JSON", from: name)
        }
        if let refusal = UpstreamRefusal(document) { throw refusal.error(of: name) }
        return document
    }
}
