import CodecCore
import CodecMaps
import NIOHTTP1

extension ClientError {
    /// What a server said in place of an answer.
    init(status: HTTPResponseStatus, headers: HTTPHeaders, body: [UInt8]) {
        let refusal = ServerRefusal(status: status, headers: headers, body: body)
        let code: Code =
            switch status.code {
            case 404, 410: .notFound
            case 409: .mapMismatch
            case 407: .proxy
            case 426: .unexpectedUpgrade
            default: .refused
            }
        if status.code == 426, let demand = try? VersionRefusal(parsing: body) {
            self.init(versionRequired: demand.policy, server: refusal)
        } else {
            self.init(code, "the server answered \(status.code): \(refusal.message)", server: refusal)
        }
    }

    /// The client is too old for a server. Asking again is in vain.
    init(versionRequired policy: VersionPolicy, server: ServerRefusal? = nil) {
        var message = "the server demands Codec \(policy.minimumVersion)"
        if !policy.requiredFeatures.isEmpty {
            message += " with \(policy.requiredFeatures.joined(separator: ", "))"
        }
        message += "; this client speaks \(CodecVersion.current)"
        if let docs = policy.docsURL { message += ". See \(docs)" }
        self.init(.versionRequired, message, server: server, versionPolicy: policy)
    }
}
