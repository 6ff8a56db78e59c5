extension GatewayConfiguration {
    /// One server behind the gateway.
    public struct Upstream: Sendable, Equatable {
        /// A header that goes with each request.
        public struct Header: Sendable, Equatable {
            public var name: String
            public var value: Secret

            public init(name: String, value: Secret) {
                self.name = name
                self.value = value
            }
        }

        public struct TimeLimits: Sendable, Equatable {
            /// For the connection.
            public var connect: Duration = .seconds(5)
            /// From the request's end to the first byte of the answer's body.
            public var firstByte: Duration = .seconds(120)
            /// Between two parts of an answer.
            public var idle: Duration = .seconds(120)
            /// For all of it; nil = no limit.
            public var total: Duration?

            public init() {}
        }

        public struct Limits: Sendable, Equatable {
            /// Requests that run there at once; nil = no limit.
            public var requests: Int?
            /// More that may wait for their turn.
            public var waiting = 64
            /// How long one waits at most.
            public var wait: Duration = .seconds(30)

            public init() {}
        }

        /// How the gateway finds out by itself whether the upstream is there.
        public struct Health: Sendable, Equatable {
            /// What is asked for with GET; any answer of 200 to 299 is healthy.
            public var path: String
            public var interval: Duration

            public init(path: String, interval: Duration = .seconds(10)) {
                self.path = path
                self.interval = interval
            }
        }

        /// What logs, metrics and headers call it.
        public var name: String
        public var kind: UpstreamKind
        /// `http` or `https`; it may or may not end in `/v1`.
        public var url: String
        /// The gateway's own key there.
        public var key: Secret?
        /// Where the map of its vocabulary is: a file, or a URL with `#sha256:…`.
        public var map: String?
        /// The file of a chat template in place of the one that its model has.
        public var chatTemplate: String?
        public var headers: [Header] = []
        public var timeouts = TimeLimits()
        public var limits = Limits()
        /// Its share beside others of the same priority.
        public var weight = 1
        /// Lower ones are asked first; higher ones only when none of the lower can answer.
        public var priority = 0
        /// The upstream's own names of its models; empty = whatever it is asked for.
        public var models: [String] = []
        /// Whether ids that llama-server's streams have lost may be guessed, and the stream marked, in place of ending as
        /// an error.
        public var allowsInexactIDs = false
        public var health: Health?

        public init(name: String, kind: UpstreamKind, url: String) {
            self.name = name
            self.kind = kind
            self.url = url
        }
    }
}
