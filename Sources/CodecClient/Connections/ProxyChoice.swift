import Foundation

/// Which proxy requests go through.
public enum ProxyChoice: Sendable, Equatable {
    /// What `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say, in lower or upper case. This machine is
    /// reached directly, and `HTTP_PROXY` is not believed in a CGI program, where a request can set it.
    case environment
    case none
    /// This one for every host, this machine too: `http://[user:password@]host:port` or `socks5://host:port`.
    case always(String)

    /// - Throws: `invalidProxy`.
    package func rules(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ClientError) -> ProxyRules {
        switch self {
        case .environment: return try ProxyRules(environment: environment)
        case .none: return ProxyRules()
        case .always(let text):
            let proxy = try Proxy(text)
            return ProxyRules(plain: proxy, secure: proxy, includesLoopback: true)
        }
    }
}

/// Which proxy, if any, leads to a host.
package struct ProxyRules: Sendable {
    /// For `http`.
    var plain: Proxy?
    /// For `https`.
    var secure: Proxy?
    var exceptions = ProxyExceptions("")
    var includesLoopback = false

    package func proxy(for address: WebAddress) -> Proxy? {
        guard let proxy = address.isSecure ? secure : plain, includesLoopback || !address.isLoopback,
            !exceptions.contains(address)
        else { return nil }
        return proxy
    }
}

extension ProxyRules {
    init(environment: [String: String]) throws(ClientError) {
        func variable(_ name: String, upper: Bool = true) -> String? {
            [environment[name], upper ? environment[name.uppercased()] : nil]
                .compactMap { $0?.trimmingCharacters(in: .whitespaces) }.first { !$0.isEmpty }
        }
        let all = variable("all_proxy")
        let isCGI = environment["REQUEST_METHOD"] != nil
        if let text = variable("http_proxy", upper: !isCGI) ?? all { plain = try Proxy(text) }
        if let text = variable("https_proxy") ?? all { secure = try Proxy(text) }
        exceptions = ProxyExceptions(variable("no_proxy") ?? "")
    }
}
