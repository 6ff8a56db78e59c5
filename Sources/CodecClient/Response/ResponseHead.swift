import AsyncHTTPClient
import CodecCompression
import CodecCore
import NIOHTTP1

/// What the head of a successful answer says, checked before a byte of its body is decoded.
struct ResponseHead: Sendable {
    let encoding: ContentEncoding
    /// The vocabulary of the ids, by `Codec-Tokenizer-Map`.
    let map: ContentHash?

    /// - Parameter contentType: The media type that was asked for.
    /// - Throws: `unexpectedAnswer` or `mapMismatch`.
    init(
        _ response: HTTPClientResponse, contentType: String, acceptedEncodings: [ContentEncoding],
        pinnedMap: ContentHash?
    ) throws(ClientError) {
        let type = response.headers.first(name: "Content-Type") ?? ""
        let mediaType = type.prefix { $0 != ";" }.trimmed.lowercased()
        guard mediaType == contentType else {
            throw ClientError(
                .unexpectedAnswer,
                "the server answered with \(type.isEmpty ? "no Content-Type" : type) in place of \(contentType)"
            )
        }

        let coding = response.headers.first(name: "Content-Encoding") ?? "identity"
        encoding = ContentEncoding(headerValue: coding.trimmed)
        guard encoding == .identity || acceptedEncodings.contains(encoding) else {
            throw ClientError(.unexpectedAnswer, "the server used Content-Encoding \(coding), not asked for")
        }

        if let name = response.headers.first(name: "Codec-Tokenizer-Map") {
            guard let hash = ContentHash(name.trimmed) else {
                throw ClientError(
                    .unexpectedAnswer, "the Codec-Tokenizer-Map header is no sha256 hash: \(name)")
            }
            map = hash
        } else {
            map = nil
        }
        guard pinnedMap == nil || map == pinnedMap else {
            throw ClientError(
                .mapMismatch,
                "the server's ids are in map \(map?.description ?? "(not named)"), pinned is "
                    + (pinnedMap?.description ?? ""))
        }
    }

    /// The size of a head as HTTP/1.1 writes it: status line, headers, line ends.
    static func wireSize(of response: HTTPClientResponse) -> Int {
        let statusLine = "HTTP/1.1 000 ".utf8.count + response.status.reasonPhrase.utf8.count + 2
        let fields = response.headers.reduce(0) { $0 + $1.name.utf8.count + 2 + $1.value.utf8.count + 2 }
        return statusLine + fields + 2
    }
}
