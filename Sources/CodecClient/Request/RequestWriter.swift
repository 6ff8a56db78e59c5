import CodecCompression
import CodecCore
import NIOHTTP1

/// A request for a completion as it is sent.
struct WrittenRequest: Sendable {
    var path: String
    var headers: HTTPHeaders
    var body: [UInt8]
}

/// Writes the requests for a completion.
struct RequestWriter {
    let options: CompletionOptions
    /// Nil asks for text.
    let format: FrameFormat?
    let offer: EncodingOffer
    let configuration: CodecClient.Configuration

    /// The request to send, and then the ones for servers that do not know its path.
    /// - Throws: `invalidRequest`.
    func requests() throws(ClientError) -> [WrittenRequest] {
        var requests: [WrittenRequest] = []
        if let large = largeRequest {
            var body: [UInt8] = []
            large.encode(format: .msgpack, into: &body)
            requests.append(
                try request("/v1/completions/codec", contentType: FrameFormat.msgpack.contentType, body))
        }
        let body = CompletionBody(options: options, format: format)
        requests.append(try request(body.path, contentType: "application/json", try body.json()))
        return requests
    }

    /// The binary form, for a long prompt of which it can say all that the options say.
    private var largeRequest: CodecRequest? {
        guard let format, case .ids(let ids) = options.prompt, ids.count >= configuration.binaryPromptIDs,
            options.model == nil, options.topP == nil, options.seed == nil, options.flushMilliseconds == nil,
            options.tools.isEmpty, options.toolChoice == nil, options.responseSchema == nil,
            options.toolWatcher == nil
        else { return nil }
        var maxTokens: UInt32?
        if let asked = options.maxTokens {
            guard let exact = UInt32(exactly: asked) else { return nil }
            maxTokens = exact
        }
        return CodecRequest(
            promptIDs: ids, maxTokens: maxTokens, temperature: options.temperature, stop: options.stop,
            streamFormat: format.name)
    }

    private func request(
        _ path: String, contentType: String, _ body: [UInt8]
    ) throws(ClientError) -> WrittenRequest {
        var headers = HTTPHeaders()
        headers.add(name: "Content-Type", value: contentType)
        headers.add(name: "Accept-Encoding", value: offer.header)
        if let dictionary = offer.dictionary {
            headers.add(name: "Codec-Zstd-Dict", value: dictionary.hash.description)
        }
        if let map = options.pinnedMap { headers.add(name: "X-Codec-Map", value: map.description) }
        if options.allowsTranslation { headers.add(name: "Codec-Translate", value: "allow") }
        headers.addClientVersion()
        configuration.addHeaders(to: &headers)
        guard options.bodyEncoding != .identity else {
            return WrittenRequest(path: path, headers: headers, body: body)
        }
        headers.add(name: "Content-Encoding", value: options.bodyEncoding.rawValue)
        return WrittenRequest(path: path, headers: headers, body: try compress(body))
    }

    private func compress(_ body: [UInt8]) throws(ClientError) -> [UInt8] {
        do throws(CompressionError) {
            guard let compressor = try options.bodyEncoding.makeCompressor(for: .document) else {
                throw CompressionError(.unavailable, offset: 0)
            }
            var compressed: [UInt8] = []
            try compressor.compress(body, flush: .finish, into: &compressed)
            return compressed
        } catch {
            throw ClientError(
                .invalidRequest, "the request cannot be compressed by \(options.bodyEncoding.rawValue)")
        }
    }
}
