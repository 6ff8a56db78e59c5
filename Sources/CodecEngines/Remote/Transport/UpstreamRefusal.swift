internal import CodecClient
package import CodecMaps
package import NIOHTTP1

/// What an upstream says in place of an answer, with a status or in the middle of a stream.
///
/// Reads the shapes of OpenAI, vLLM (the fields at the top, in older versions), llama.cpp, Anthropic and FastAPI.
package struct UpstreamRefusal: Sendable, Equatable {
    /// Nil in a stream, where `code` may say what it would have been.
    package var status: Int?
    package var message: String
    package var type: String?
    package var parameter: String?
    package var code: String?
    /// Seconds.
    package var retryAfter: Int?

    package init(
        status: Int? = nil, message: String, type: String? = nil, parameter: String? = nil,
        code: String? = nil, retryAfter: Int? = nil
    ) {
        self.status = status
        self.message = message.printable
        self.type = type
        self.parameter = parameter
        self.code = code
        self.retryAfter = retryAfter
    }

    /// A status other than 200 and the beginning of its body; pages for browsers are not quoted.
    package init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        if let said = UpstreamRefusal(json: body) {
            self = said
        } else {
            let text = String(decoding: body.prefix(1000), as: UTF8.self).printable
                .drop { $0 == " " }
            self.init(message: text.hasPrefix("<") ? "a web page came, with no reason" : String(text))
        }
        self.status = status
        retryAfter = headers.first(name: "Retry-After").flatMap(Double.init).flatMap {
            (0...86_400).contains($0) ? Int($0.rounded(.up)) : nil
        }
    }

    /// A document or event that tells an error; nil when it is none.
    package init?(json: [UInt8]) {
        guard let document = try? JSONValue(parsing: json, limit: 10_000) else { return nil }
        self.init(document)
    }

    /// A document or event that tells an error; nil when it is none.
    package init?(_ document: JSONValue) {
        let details: JSONValue
        if let error = document["error"] {
            details = error
        } else if document["object"]?.string == "error" || document["detail"] != nil {
            details = document
        } else {
            return nil
        }
        self.init(
            message: Self.message(details) ?? details["type"]?.string ?? "", type: details["type"]?.string,
            parameter: details["param"]?.string,
            code: details["code"].flatMap { code in
                if case .integer(let number) = code { String(number) } else { code.string }
            })
        if status == nil, let code, let number = Int(code), (400..<600).contains(number) { status = number }
    }

    private static func message(_ details: JSONValue) -> String? {
        if let text = details.string ?? details["message"]?.string ?? details["detail"]?.string {
            return text
        }
        // FastAPI lists what is wrong with a body.
        return details["detail"]?.array?.prefix(3).map { item in
            let place = (item["loc"]?.array ?? []).compactMap(\.string).joined(separator: ".")
            return "\(place): \(item["msg"]?.string ?? "")"
        }.joined(separator: "; ")
    }
}
