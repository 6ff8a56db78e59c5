public import CodecCompression
public import CodecMaps

extension CodecServer {
    /// How a server listens, and how much it takes from its clients (spec §5, §18).
    public struct Configuration: Sendable {
        /// Where to listen. Anything but a loopback address opens the server to the network.
        public var host: String
        /// 0 = any free port; `CodecServer.boundPort` tells which.
        public var port: Int
        /// The APIs that clients may use.
        public var fronts = Set(Front.allCases)
        /// Speaks TLS, and HTTP/2 with clients that offer it; nil = HTTP/1.1 in the clear.
        public var tls: TLSFiles?
        /// Connections that may be open at once; more wait in the system's queue.
        public var maximumConnections = 1000
        /// Bytes of a request's body as sent.
        public var requestBodyLimit = 64 << 20
        /// Bytes of a request's body once decompressed.
        public var decompressedBodyLimit = 256 << 20
        /// Bytes that the bodies of all requests may take together; their first 64 KiB do not count.
        public var bodyMemoryLimit = 512 << 20
        /// Bytes of one header's value.
        public var headerValueLimit = 8 << 10
        /// How long a client may take to send a request's head, to go on with its body, or to send the next
        /// request over a connection that it keeps.
        public var requestTimeout: Duration = .seconds(60)
        /// How long a client may leave its answer unread before it is dropped.
        public var stallTimeout: Duration = .seconds(120)
        /// How often a silent stream of events shows that it is alive.
        public var keepAliveInterval: Duration = .seconds(15)
        /// When ids go out, unless the request says otherwise.
        public var flush = FlushPolicy()
        /// The maps that clients may have their ids in when they ask for it, beside the model's (spec §10).
        public var translatedMaps: [TokenizerMap] = []
        /// Which clients are taken, and what they are told.
        public var versions = VersionRules()
        /// What each format and encoding takes, measured: encodings are chosen by it.
        public var wireProfile = WireProfile.builtIn
        /// Where the ids of streams are kept; nil keeps none.
        public var recorder: StreamRecorder?
        /// Where responses of the Responses API are kept; nil keeps none.
        public var responses: ResponseStore?
        /// Whether `X-Forwarded-Proto` says how the client came: only right behind a proxy that sets it.
        public var trustsForwardedProtocol = false
        /// How long running streams may go on when the server shuts down.
        public var shutdownGrace: Duration = .seconds(30)
        /// How long streams that were ended by the shutdown have to tell their clients.
        var farewell: Duration = .seconds(1)

        public init(host: String = "127.0.0.1", port: Int = 8000) {
            self.host = host
            self.port = port
        }
    }
}
