internal import CodecAPI
internal import CodecCompression
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Synchronization

/// A document under `/.well-known`, served with validators (RFC 9110 §8.8.3, §13.1.2) and compressed at most once.
final class ServedDocument: Sendable {
    /// How long readers may keep a document.
    enum Lifetime {
        /// It may change; an old one does no harm for a day.
        case changing
        /// Its name is its hash.
        case immutable

        var cacheControl: String {
            switch self {
            case .changing: "public, max-age=300, stale-while-revalidate=86400"
            case .immutable: "public, max-age=31536000, immutable"
            }
        }
    }

    private let hash: ContentHash
    private let lifetime: Lifetime
    private let contentType: String
    private let bytes: @Sendable () throws -> [UInt8]
    private let compressed = Mutex<[UInt8]?>(nil)

    /// - Parameters:
    ///   - hash: of the bytes.
    ///   - bytes: reads the bytes: a large document need not be kept in memory.
    init(
        _ lifetime: Lifetime, hash: ContentHash, contentType: String = "application/json",
        bytes: @escaping @Sendable () throws -> [UInt8]
    ) {
        self.lifetime = lifetime
        self.hash = hash
        self.contentType = contentType
        self.bytes = bytes
    }

    convenience init(_ lifetime: Lifetime, _ bytes: [UInt8], contentType: String = "application/json") {
        self.init(lifetime, hash: ContentHash(of: bytes), contentType: contentType) { bytes }
    }

    /// - Parameter vary: what else the document depends on.
    func answer(_ headers: HTTPFields, vary: String? = nil) throws -> Response {
        let encoding = try pick(headers[.acceptEncoding])
        let tag = encoding == .identity ? "\"\(hash.hex)\"" : "\"\(hash.hex)-\(encoding.rawValue)\""
        var fields: HTTPFields = [.eTag: tag, .cacheControl: lifetime.cacheControl]
        let depends = [vary, isCompressible ? "Accept-Encoding" : nil].compactMap(\.self)
        if !depends.isEmpty { fields[.vary] = depends.joined(separator: ", ") }
        if let known = headers[.ifNoneMatch], Self.matches(known, tag) {
            return Response(status: .notModified, headers: fields)
        }
        fields[.contentType] = contentType
        if encoding != .identity { fields[.contentEncoding] = encoding.rawValue }
        let body = encoding == .identity ? try bytes() : try gzip()
        return Response(status: .ok, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// Dictionaries and rank tables are small, and hardly grow smaller.
    private var isCompressible: Bool { contentType == "application/json" }

    private func pick(_ acceptEncoding: String?) throws(APIError) -> ContentEncoding {
        let available: [ContentEncoding] = isCompressible ? [.gzip] : []
        guard let choice = EncodingPicker().pick(acceptEncoding: acceptEncoding, among: available) else {
            throw .notAcceptable("Accept-Encoding leaves nothing that this document has.")
        }
        return choice.encoding
    }

    private func gzip() throws -> [UInt8] {
        // Whoever comes meanwhile waits: the same work beside it would not be done sooner.
        try compressed.withLock { compressed in
            if let compressed { return compressed }
            var output: [UInt8] = []
            try GzipCompressor(for: .document).compress(try bytes(), flush: .finish, into: &output)
            compressed = output
            return output
        }
    }

    /// Whether `If-None-Match` names the tag; weakly compared.
    private static func matches(_ header: String, _ tag: String) -> Bool {
        header.split(separator: ",").contains { member in
            let text = member.drop { $0 == " " || $0 == "\t" }
            let strong = text.hasPrefix("W/") ? text.dropFirst(2) : text
            let end = strong.lastIndex { $0 != " " && $0 != "\t" }.map { strong.index(after: $0) }
            return text == "*" || strong[..<(end ?? strong.startIndex)] == tag
        }
    }
}
