import AsyncHTTPClient
import CodecCompression
public import CodecCore
import Foundation
import NIOHTTP1

extension CodecClient {
    /// Starts a completion as frames; returns once the answer has begun and its head is checked.
    ///
    /// - Throws: `mapMismatch` before anything is decoded when the ids are not those of
    ///   `options.pinnedMap`, `refused` with what the server said, `unexpectedAnswer`, `connection`, `timeout`.
    public func completions(
        _ options: CompletionOptions, format: FrameFormat = .msgpack
    ) async throws(ClientError) -> CompletionResponse {
        let (head, body) = try await begin(options, format: format)
        let ranks = format == .compact ? try await rankTable(head) : nil
        return CompletionResponse(
            frames: TokenFrames(body: body, format: format, ranks: ranks), map: head.map,
            translatedFrom: head.translatedFrom, encoding: head.encoding)
    }

    /// Starts a completion as text in server-sent events.
    ///
    /// Errors are those of `completions(_:format:)`.
    public func textCompletions(_ options: CompletionOptions) async throws(ClientError) -> TextResponse {
        let (head, body) = try await begin(options, format: nil)
        return TextResponse(chunks: TextChunks(body: body), encoding: head.encoding)
    }

    private func begin(
        _ options: CompletionOptions, format: FrameFormat?
    ) async throws(ClientError) -> (ResponseHead, ResponseBody) {
        let start = ContinuousClock.now
        let offer = EncodingOffer(
            options.acceptedEncodings, dictionary: format.flatMap { dictionaries[$0] })
        let requests = try RequestWriter(
            options: options, format: format, offer: offer, configuration: configuration
        ).requests()
        let response = try await configuration.retries.run { () async throws(ClientError) in
            try await send(requests)
        }
        let head = try ResponseHead(
            response, contentType: format?.contentType ?? "text/event-stream",
            offer: offer, pinnedMap: options.pinnedMap)
        let dictionary = try await dictionary(head, format: format)
        let recorder = StatisticsRecorder(start: start, headerBytes: ResponseHead.wireSize(of: response))
        let body = ResponseBody(
            response.body, encoding: head.encoding, dictionary: dictionary, recorder: recorder,
            transport: transport)
        return (head, body)
    }

    /// The ranks of a compact stream; nil when its ids are their own ranks.
    private func rankTable(_ head: ResponseHead) async throws(ClientError) -> RankTable? {
        guard let hash = head.rankTable else { return nil }
        do throws(ClientError) {
            return try await discovery.rankTable(hash, listedBy: await discovery.cachedMap(head.map))
        } catch {
            throw ClientError(
                .rankTableUnavailable, "the answer's rank table \(hash) cannot be had: \(error.message)")
        }
    }

    /// Sends the first request; where the server has no such path, the next one.
    private func send(_ requests: [WrittenRequest]) async throws(ClientError) -> HTTPClientResponse {
        var failure = ClientError(.invalidRequest, "there is nothing to send")
        for request in requests {
            let response = try await transport.send(
                WebAddress(baseURL + request.path), method: .POST, headers: request.headers,
                body: request.body)
            if response.status == .ok { return response }
            failure = await response.refusal()
            guard response.status == .notFound else { break }
        }
        throw failure
    }
}
