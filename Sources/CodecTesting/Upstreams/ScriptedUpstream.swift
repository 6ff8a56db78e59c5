package import CodecMaps
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A real HTTP server on a free port of this machine that plays an inference server from a script, faults included.
///
/// It closes with `stop`.
package final class ScriptedUpstream: Sendable {
    /// Which server's routes and forms it has.
    package enum Kind: String, Sendable, CaseIterable {
        case vllm, sglang, llama, codec, openai, anthropic
    }

    package struct Request: Sendable {
        package var method: String
        /// With its query.
        package var path: String
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]

        /// The body's JSON; null for anything else.
        package var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }

        /// The first header of that name, in any letter case.
        package func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    package let kind: Kind
    private let log: UpstreamLog
    private let channel: any Channel

    private init(kind: Kind, log: UpstreamLog, channel: any Channel) {
        self.kind = kind
        self.log = log
        self.channel = channel
    }

    /// - Parameters:
    ///   - map: What `/tokenize` and the like use; without it they are not found.
    ///   - hasCompletions: Whether `/v1/completions` is there; some servers have chat only.
    ///   - script: Chosen for each request that asks for an answer.
    package static func start(
        _ kind: Kind, map: TokenizerMap? = nil, hasCompletions: Bool = true, isIncremental: Bool = false,
        script: @escaping @Sendable (Request) -> UpstreamScript
    ) async throws -> ScriptedUpstream {
        let log = UpstreamLog()
        let player = UpstreamPlayer(
            kind: kind, map: map, hasCompletions: hasCompletions, isIncremental: isIncremental, script: script
        )
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        ByteToMessageHandler(HTTPRequestDecoder()), UpstreamHandler(player: player, log: log),
                    ])
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: 0).get()
        return ScriptedUpstream(kind: kind, log: log, channel: channel)
    }

    package static func start(
        _ kind: Kind, map: TokenizerMap? = nil, hasCompletions: Bool = true, isIncremental: Bool = false,
        playing script: UpstreamScript
    ) async throws -> ScriptedUpstream {
        try await start(kind, map: map, hasCompletions: hasCompletions, isIncremental: isIncremental) { _ in
            script
        }
    }

    /// A port of this machine where nothing listens: connections to it are refused.
    package static func refusedURL() async throws -> String {
        let upstream = try await start(.openai, playing: UpstreamScript(text: []))
        let url = upstream.url
        await upstream.stop()
        return url
    }

    /// `http://127.0.0.1:PORT`
    package var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }
    /// What came so far; a request is here before its answer begins.
    package var requests: [Request] { log.state.withLock { $0.requests } }
    package var openConnections: Int { log.state.withLock { $0.channels.count } }
    /// How many connections there were in all.
    package var acceptedConnections: Int { log.state.withLock { $0.accepted } }
    /// How many answers the client left before their end.
    package var cancelledAnswers: Int { log.state.withLock { $0.cancelled } }

    /// Closes everything; a second call does nothing.
    package func stop() async {
        try? await channel.close()
        for channel in log.state.withLock({ $0.channels.values }) { try? await channel.close() }
    }
}

/// What a scripted upstream saw.
final class UpstreamLog: Sendable {
    struct State: Sendable {
        var requests: [ScriptedUpstream.Request] = []
        var channels: [ObjectIdentifier: any Channel] = [:]
        var accepted = 0
        var cancelled = 0
    }

    let state = Mutex(State())
}
