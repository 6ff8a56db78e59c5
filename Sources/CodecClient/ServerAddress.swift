/// Where a server is: what its paths are appended to.
struct ServerAddress: Sendable {
    let address: WebAddress
    /// Without a slash at its end.
    let url: String

    /// - Throws: `invalidURL` for what is no such address, or has a query or fragment.
    init(_ text: String) throws(ClientError) {
        var text = text[...]
        while text.last == "/" { text.removeLast() }
        guard let address = try? WebAddress(String(text)), !text.contains("?"), !text.contains("#") else {
            throw ClientError(.invalidURL, "\(text) is not the address of a server (http://host:port)")
        }
        var path = address.target[...]
        if path.hasSuffix("/v1") { path.removeLast(3) }
        while path.last == "/" { path.removeLast() }
        self.address = address
        url = address.origin + path
    }
}
