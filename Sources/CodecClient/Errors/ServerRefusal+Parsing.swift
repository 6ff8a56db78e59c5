import Foundation
import NIOHTTP1

/// `{"error":{…}}`, each field as lenient as servers are: `code` may be a number, everything may be absent.
private struct ErrorDocument: Decodable {
    struct Details: Decodable {
        var message: String?
        var type: String?
        var param: String?
        var code: String?

        private enum Key: String, CodingKey { case message, type, param, code }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                message = text
                return
            }
            let fields = try decoder.container(keyedBy: Key.self)
            message = try? fields.decode(String.self, forKey: .message)
            type = try? fields.decode(String.self, forKey: .type)
            param = try? fields.decode(String.self, forKey: .param)
            code =
                (try? fields.decode(String.self, forKey: .code))
                ?? (try? fields.decode(Int.self, forKey: .code)).map(String.init)
        }
    }
    var error: Details
}

extension ServerRefusal {
    /// The error of an answer that refuses: from its body if that has OpenAI's shape, else what text it has, which a
    /// page for browsers has not.
    init(status: HTTPResponseStatus, headers: HTTPHeaders, body: [UInt8]) {
        let retryAfter = headers.first(name: "Retry-After").flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 }
        if let parsed = ServerRefusal(json: body) {
            self = parsed
            self.status = Int(status.code)
            self.retryAfter = retryAfter
            return
        }
        let text = String(decoding: body.prefix(200), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        self.init(
            status: Int(status.code),
            message: text.isEmpty || text.hasPrefix("<") ? status.reasonPhrase : text,
            retryAfter: retryAfter)
    }

    /// An error document, as a body or inside a stream; nil when the JSON is none.
    init?(json: some Sequence<UInt8>) {
        guard let document = try? JSONDecoder().decode(ErrorDocument.self, from: Data(json)) else {
            return nil
        }
        let details = document.error
        self.init(
            message: details.message ?? details.type ?? "unknown error", type: details.type,
            parameter: details.param, code: details.code)
    }
}
