internal import CodecClient

/// Where an upstream is, as an operator writes it: `http://host:port`, with or without `/v1`, with a path before it
/// and a query behind it if need be.
package struct UpstreamAddress: Sendable, Equatable {
    private let base: WebAddress
    /// What the paths of a server's own API follow, like `/tokenize`.
    private let root: String
    /// What the paths of OpenAI's or Anthropic's API follow, like `/chat/completions`.
    private let api: String
    /// With its question mark; empty for none.
    private let query: String

    /// A path that has a version (`/v1`, `/v1beta/openai`, `/api/paas/v4`) is taken as it stands; to any other `/v1` is
    /// added.
    /// - Throws: `invalidRequest` for what is no `http` or `https` address, or has a user, a password or a fragment.
    package init(_ text: String) throws(EngineError) {
        guard !text.contains("#"), let base = try? WebAddress(text) else {
            throw EngineError(
                .invalidRequest, "\(text.prefix(200)) is not the address of a server (http://host:port/v1).",
                parameter: "url")
        }
        let mark = base.target.firstIndex(of: "?") ?? base.target.endIndex
        var path = base.target[..<mark]
        while path.last == "/" { path.removeLast() }
        let segments = path.split(separator: "/")
        self.base = base
        query = String(base.target[mark...])
        if let version = segments.lastIndex(where: Self.isVersion) {
            root = segments[..<version].map { "/" + $0 }.joined()
            api = String(path)
        } else {
            root = String(path)
            api = path + "/v1"
        }
    }

    var origin: String { base.origin }
    /// Whether it is OpenAI's own service.
    var isOpenAI: Bool { base.host == "api.openai.com" }

    /// `v1`, `v1beta`, `v4`.
    private static func isVersion(_ segment: Substring) -> Bool {
        guard segment.first == "v", let digit = segment.dropFirst().first else { return false }
        return ("0"..."9").contains(digit)
    }

    /// - Throws: `invalidRequest` for a path that no address has.
    func resolve(_ path: UpstreamPath) throws(EngineError) -> WebAddress {
        do {
            return switch path {
            case .api(let path): try base.at(target: "\(api)/\(path)\(query)")
            case .root(let path): try base.at(target: "\(root)/\(path)\(query)")
            }
        } catch {
            throw EngineError(.invalidRequest, error.message)
        }
    }
}

/// What an upstream is asked for; without a slash in front.
package enum UpstreamPath: Sendable, Equatable {
    /// A path of OpenAI's or Anthropic's API, behind the version: `chat/completions`.
    case api(String)
    /// A path of the server's own: `tokenize`.
    case root(String)
}
