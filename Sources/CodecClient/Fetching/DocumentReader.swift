import AsyncHTTPClient
import CodecCompression
import NIOCore
import NIOHTTP1

/// Reads the answer to a request for a document, and no more of it than it may have.
struct DocumentReader {
    let kind: DocumentKind

    static let acceptEncoding = "gzip, br"
    private static let encodings: [ContentEncoding] = [.identity, .gzip, .br]

    func read(_ response: HTTPClientResponse) async throws(ClientError) -> [UInt8] {
        guard response.status == .ok else { throw await response.refusal() }
        let type = response.headers.first(name: "Content-Type")?.lowercased() ?? ""
        guard !type.hasPrefix("text/html"), !type.hasPrefix("application/xhtml") else { throw notADocument }
        let encoding = ContentEncoding(
            headerValue: (response.headers.first(name: "Content-Encoding") ?? "identity").trimmed)
        guard Self.encodings.contains(encoding) else {
            throw ClientError(
                .unexpectedAnswer, "the \(kind.name) comes as \(encoding.rawValue), which was not asked for")
        }
        guard response.headers.first(name: "Content-Length").flatMap({ Int($0) }) ?? 0 <= kind.limit else {
            throw tooLarge
        }
        let bytes = try await body(response, encoding)
        if kind.isJSON, bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "<") { throw notADocument }
        return bytes
    }

    private func body(
        _ response: HTTPClientResponse, _ encoding: ContentEncoding
    ) async throws(ClientError) -> [UInt8] {
        // Documents compress by less than a hundred; a megabyte of one may be anything.
        let limits = DecompressionLimits(outputBytes: kind.limit, ratio: 100)
        var decoder = BodyDecoder(encoding: encoding, limits: limits)
        var received = 0
        var bytes: [UInt8] = []
        do {
            for try await part in response.body {
                received += part.readableBytes
                guard received <= kind.limit else { throw tooLarge }
                bytes += try decoder.decode(Array(part.readableBytesView))
            }
        } catch {
            throw ClientError(transport: error, began: true)
        }
        try decoder.finish()
        return bytes
    }

    private var tooLarge: ClientError {
        ClientError(.tooLarge, "the \(kind.name) is larger than \(kind.limit) bytes")
    }

    private var notADocument: ClientError {
        ClientError(.notADocument, "a web page came in place of the \(kind.name)")
    }
}
