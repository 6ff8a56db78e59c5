import AsyncHTTPClient
import CodecCompression
import CodecCore
import NIOHTTP1

/// What the head of a successful answer says, checked before a byte of its body is decoded.
struct ResponseHead: Sendable {
    let encoding: ContentEncoding
    /// What the body is compressed with, by `Codec-Zstd-Dict`.
    let dictionary: ContentHash?
    /// The vocabulary of the ids, by `Codec-Tokenizer-Map`.
    let map: ContentHash?
    /// The model's own vocabulary where the ids were translated from it, by `Codec-Translated-From`.
    let translatedFrom: ContentHash?
    /// The ranks of a compact stream, by `Codec-Rank-Table`.
    let rankTable: ContentHash?

    /// - Parameter contentType: The media type that was asked for.
    /// - Throws: `unexpectedAnswer`, `mapMismatch`, or what `DictionaryChoice` finds.
    init(
        _ response: HTTPClientResponse, contentType: String, offer: EncodingOffer,
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
        guard encoding == .identity || offer.encodings.contains(encoding) else {
            throw ClientError(.unexpectedAnswer, "the server used Content-Encoding \(coding), not asked for")
        }

        dictionary = try DictionaryChoice.hash(in: response.headers.lazy.map { ($0.name, $0.value) })
        guard dictionary != nil || !response.headers.contains(name: "Codec-Zstd-Dict") else {
            throw ClientError(
                .unexpectedAnswer, "the server names a dictionary for an answer that is not zstd")
        }

        map = try Self.hash("Codec-Tokenizer-Map", in: response)
        translatedFrom = try Self.hash("Codec-Translated-From", in: response)
        rankTable = try Self.hash("Codec-Rank-Table", in: response)
        guard pinnedMap == nil || map == pinnedMap else {
            throw ClientError(
                .mapMismatch,
                "the server's ids are in map \(map?.description ?? "(not named)"), pinned is "
                    + (pinnedMap?.description ?? ""))
        }
    }

    /// - Throws: `unexpectedAnswer` for a header that is no hash.
    private static func hash(
        _ header: String, in response: HTTPClientResponse
    ) throws(ClientError) -> ContentHash? {
        guard let value = response.headers.first(name: header) else { return nil }
        guard let hash = ContentHash(value.trimmed) else {
            throw ClientError(.unexpectedAnswer, "the \(header) header is no sha256 hash: \(value)")
        }
        return hash
    }

    /// The size of a head as HTTP/1.1 writes it: status line, headers, line ends.
    static func wireSize(of response: HTTPClientResponse) -> Int {
        let statusLine = "HTTP/1.1 000 ".utf8.count + response.status.reasonPhrase.utf8.count + 2
        let fields = response.headers.reduce(0) { $0 + $1.name.utf8.count + 2 + $1.value.utf8.count + 2 }
        return statusLine + fields + 2
    }
}
