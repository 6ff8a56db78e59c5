/// Says which addresses may be connected to for a document.
struct AddressGuard: Sendable {
    /// What the user named himself.
    let origin: WebAddress?
    let rules: FetchRules
    let resolver: HostResolver

    /// - Throws: `insecureURL`.
    func checkScheme(_ address: WebAddress) throws(ClientError) {
        guard !isTrusted(address), !address.isSecure, !address.isLoopback, !rules.allowsPlainHTTP else {
            return
        }
        throw ClientError(.insecureURL, "a document must come by https: \(address)")
    }

    /// The addresses of a host, all of them allowed. Connecting to one of these, and to nothing that the name may
    /// mean a moment later, is what the check is worth.
    /// - Throws: `forbiddenAddress`; `connection` when the name is unknown.
    func addresses(of address: WebAddress) async throws(ClientError) -> [IPAddress] {
        let addresses: [IPAddress]
        if let literal = IPAddress(address.host) {
            addresses = [literal]
        } else {
            addresses = try await resolver.addresses(address.host)
        }
        for candidate in addresses where !isAllowed(candidate.scope) {
            throw forbidden(address, "\(candidate) (\(candidate.scope.rawValue))")
        }
        return addresses
    }

    /// What can be told from the name alone, for a host that a proxy will resolve.
    /// - Throws: `forbiddenAddress`.
    func checkName(_ address: WebAddress) throws(ClientError) {
        if let literal = IPAddress(address.host) {
            guard isAllowed(literal.scope) else { throw forbidden(address, literal.scope.rawValue) }
        } else if address.isLoopback {
            guard isAllowed(.loopback) else { throw forbidden(address, "this machine") }
        } else if !rules.allowsPrivateAddresses {
            // A number, or no dot, is nobody's public name; the rest are kept for networks of one's own (RFC 6762,
            // RFC 8375 and ICANN's choice of `internal`).
            let last = address.host.split(separator: ".").last ?? ""
            guard address.host.contains("."), !["internal", "local", "arpa", "localdomain"].contains(last),
                last.first.map({ !$0.isNumber }) ?? false
            else { throw forbidden(address, "a private name") }
        }
    }

    /// Whether the user named this origin himself.
    func isTrusted(_ address: WebAddress) -> Bool {
        origin.map(address.hasSameOrigin(as:)) ?? false
    }

    private func isAllowed(_ scope: AddressScope) -> Bool {
        switch scope {
        case .public: true
        case .loopback: rules.allowsPrivateAddresses || origin?.isLoopback ?? false
        default: rules.allowsPrivateAddresses
        }
    }

    private func forbidden(_ address: WebAddress, _ what: String) -> ClientError {
        ClientError(
            .forbiddenAddress, "a document must not lead to \(address.host), which is \(what): not fetched")
    }
}
