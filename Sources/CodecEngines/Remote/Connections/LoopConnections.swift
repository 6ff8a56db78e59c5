internal import CodecClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// The connections of one event loop to one upstream. A request takes the one that was used last, so that those which
/// are not needed grow old.
// All state is touched on the loop only.
final class LoopConnections: @unchecked Sendable {
    /// So many wait for requests at most.
    private static let most = 256

    let loop: any EventLoop
    /// For errors.
    let place: String
    private let origin: WebAddress
    private let timeouts: Timeouts
    private let security: NIOSSLContext?
    private var kept: [KeptConnection] = []
    private var all: [ObjectIdentifier: KeptConnection] = [:]
    private var isClosed = false

    init(to origin: WebAddress, timeouts: Timeouts, security: NIOSSLContext?, on loop: any EventLoop) {
        self.origin = origin
        self.timeouts = timeouts
        self.security = security
        self.loop = loop
        place = origin.authority
    }

    /// Asks on a connection that is kept, or on a new one; on a new one whatever was sent before.
    func start(_ exchange: Exchange) {
        while !exchange.isRepeated, let connection = kept.popLast() {
            if connection.isActive { return connection.ask(exchange) }
        }
        guard !isClosed else { return exchange.fail(ChannelError.ioOnClosedChannel, reaching: place) }
        connect().whenComplete { [self] result in
            switch result {
            case .success(let connection):
                if exchange.isOver { keep(connection.value) } else { connection.value.ask(exchange) }
            case .failure(ChannelError.connectTimeout):
                exchange.fail(
                    ClientError(.connection, "cannot reach \(place) within \(timeouts.connect)"),
                    reaching: place)
            case .failure(let error): exchange.fail(error, reaching: place)
            }
        }
    }

    func add(_ connection: KeptConnection) {
        all[ObjectIdentifier(connection)] = connection
    }

    func keep(_ connection: KeptConnection) {
        if isClosed { return connection.close() }
        kept.append(connection)
        if kept.count > Self.most { kept.removeFirst().close() }
        connection.watch()
    }

    func forget(_ connection: KeptConnection) {
        all[ObjectIdentifier(connection)] = nil
        kept.removeAll { $0 === connection }
    }

    func close() {
        isClosed = true
        for connection in all.values { connection.close() }
    }

    private func connect() -> EventLoopFuture<NIOLoopBound<KeptConnection>> {
        let deadline = NIODeadline.now() + TimeAmount(timeouts.connect)
        return ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(timeouts.connect))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let security {
                        try pipeline.addHandler(NIOSSLClientHandler(context: security, serverHostname: name))
                    }
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(KeptConnection(self))
                }
            }
            .connect(host: origin.host, port: origin.port)
            .flatMapThrowing { channel in
                NIOLoopBound(
                    try channel.pipeline.syncOperations.handler(type: KeptConnection.self),
                    eventLoop: channel.eventLoop)
            }
            .flatMap { [self] connection in
                guard security != nil else { return loop.makeSucceededFuture(connection) }
                return connection.value.secure(on: loop, before: deadline).map { connection }
            }
    }

    /// What the certificate must name; nil for the address itself, where there is no name.
    private var name: String? {
        (try? SocketAddress(ipAddress: origin.host, port: 0)) == nil ? origin.host : nil
    }
}
