/// What a gateway stands before, what it calls it, and how it chooses (`docs/gateway.md`).
public struct GatewayConfiguration: Sendable, Equatable {
    /// Where the bodies of stored responses are kept.
    public enum Store: Sendable, Equatable {
        case off
        /// For as long as the process lives.
        case memory
        case file(String)

        /// `off`, `memory`, or a file's path.
        public init(_ text: String) {
            switch text {
            case "off": self = .off
            case "memory": self = .memory
            default: self = .file(text)
            }
        }
    }

    public var upstreams: [Upstream]
    /// What clients may ask for. Where there are none, the names that upstreams list are served as they are, and an
    /// upstream that lists none is asked for whatever the client says.
    public var models: [Model] = []
    public var routing = Routing()
    /// The file of callers' keys (`codec keys`); nil lets everybody in.
    public var keysFile: String?
    /// nil leaves it to the server.
    public var store: Store?
    /// Connections that may be open at once; nil leaves it to the server.
    public var maximumConnections: Int?
    /// Bytes of a request's body as sent; nil leaves it to the server.
    public var requestBodyLimit: Int?

    public init(upstreams: [Upstream], models: [Model] = []) {
        self.upstreams = upstreams
        self.models = models
    }
}
