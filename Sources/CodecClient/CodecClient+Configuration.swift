package import NIOHTTP1

extension CodecClient {
    public struct Configuration: Sendable {
        public var timeouts: Timeouts
        public var retries: RetryPolicy
        /// What documents may be fetched that others name.
        public var fetching: FetchRules
        public var proxy: ProxyChoice
        /// Sent with every request to the client's own server and to nobody else, such as an `Authorization`.
        public var headers: [(name: String, value: String)]
        /// Prompts of at least so many ids are sent as `CodecRequest` (spec §3), which is about half as long as JSON.
        public var binaryPromptIDs: Int
        /// Where maps, dictionaries, rank tables and policies are kept.
        public var cache: ClientCache

        public init(
            timeouts: Timeouts = .init(), retries: RetryPolicy = .init(), fetching: FetchRules = .init(),
            proxy: ProxyChoice = .environment, headers: [(name: String, value: String)] = [],
            binaryPromptIDs: Int = 50_000, cache: ClientCache = .standard
        ) {
            self.timeouts = timeouts
            self.retries = retries
            self.fetching = fetching
            self.proxy = proxy
            self.headers = headers
            self.binaryPromptIDs = binaryPromptIDs
            self.cache = cache
        }

        /// Adds what the client's own server gets.
        func addHeaders(to headers: inout HTTPHeaders) {
            for (name, value) in self.headers { headers.replaceOrAdd(name: name, value: value) }
        }

        /// - Throws: `invalidRequest` for a header that has no form in HTTP.
        func checkHeaders() throws(ClientError) {
            for (name, value) in headers {
                guard HTTPHeaders.canSend(name: name, value: value) else {
                    throw ClientError(.invalidRequest, "the header \(name) cannot be sent")
                }
            }
        }
    }
}

extension HTTPHeaders {
    /// Whether a header has a form in HTTP (RFC 9110 §5).
    package static func canSend(name: String, value: String) -> Bool {
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x21...0x7E).contains(byte) && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
            }
        return isName && value.utf8.allSatisfy { $0 == 9 || ($0 >= 32 && $0 != 127) }
    }
}
