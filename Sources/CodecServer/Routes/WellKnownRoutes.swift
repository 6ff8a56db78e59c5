internal import CodecCompression
internal import CodecMaps
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Discovery (spec §11): the index, and the models' own maps, inline.
struct WellKnownRoutes: Sendable {
    private static let cacheControl = "public, max-age=300, stale-while-revalidate=86400"

    let models: ModelRegistry

    func add(to table: RouteTable) {
        table.get("/.well-known/codec/index.json") { request, _ in index(request) }
        table.get("/.well-known/codec/maps/**") { request, context in
            let path = context.parameters.getCatchAll().joined(separator: "/")
            guard
                path.hasSuffix(".json"),
                let document = models.maps.first(where: { $0.map.id + ".json" == path.removingPercentEscapes }
                )
            else { throw APIError.notFound(request.uri.path) }
            return try answer(document, request.headers)
        }
    }

    /// Pointers to the maps under this same origin. The address is the one that the client used.
    private func index(_ request: Request) -> Response {
        let origin = "http://" + (request.head.authority ?? "localhost")
        var output: [UInt8] = []
        output.append(json: #"{"codec_version":"0.2","maps":["#)
        for (index, document) in models.maps.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output.append(json: #"{"id":"#)
            output.append(jsonString: document.map.id)
            output.append(json: #","url":"#)
            output.append(jsonString: "\(origin)/.well-known/codec/maps/\(document.map.id).json")
            output.append(json: #","hash":"#)
            output.append(jsonString: document.map.hash.description)
            output.append(UInt8(ascii: "}"))
        }
        output.append(json: "]}")
        var response = Response.json(output)
        response.headers[.cacheControl] = Self.cacheControl
        response.headers[.vary] = "Host"
        return response
    }

    private func answer(_ document: ServedMap, _ headers: HTTPFields) throws -> Response {
        guard let choice = EncodingPicker().pick(acceptEncoding: headers[.acceptEncoding], among: [.gzip])
        else {
            throw APIError.notAcceptable(
                "Accept-Encoding leaves nothing that this server has: gzip or identity.")
        }
        let tag = document.entityTag(choice.encoding)
        var fields: HTTPFields = [
            .eTag: tag, .cacheControl: Self.cacheControl, .vary: "Accept-Encoding",
        ]
        if let known = headers[.ifNoneMatch], Self.matches(known, tag) {
            return Response(status: .notModified, headers: fields)
        }
        fields[.contentType] = "application/json"
        if choice.encoding != .identity { fields[.contentEncoding] = choice.encoding.rawValue }
        let bytes = choice.encoding == .gzip ? try document.gzip() : try document.map.documentBytes()
        return Response(status: .ok, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Whether `If-None-Match` names the tag; weakly compared (RFC 9110 §13.1.2).
    private static func matches(_ header: String, _ tag: String) -> Bool {
        header.split(separator: ",").contains { member in
            let text = member.drop { $0 == " " || $0 == "\t" }
            let strong = text.hasPrefix("W/") ? text.dropFirst(2) : text
            let end = strong.lastIndex { $0 != " " && $0 != "\t" }.map { strong.index(after: $0) }
            return text == "*" || strong[..<(end ?? strong.startIndex)] == tag
        }
    }
}

extension String {
    /// The text with `%41` as `A`; as it is when that is malformed.
    var removingPercentEscapes: String {
        guard utf8.contains(0x25) else { return self }
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == 0x25 else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                rest.count >= 2
            else { return self }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self) ?? self
    }
}
