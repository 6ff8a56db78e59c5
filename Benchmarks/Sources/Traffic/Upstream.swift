import ArgumentParser
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Serves the fixed upstream on a free port, which it prints, until it is ended.
struct Upstream: ParsableCommand {
    func run() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let channel = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(UpstreamHandler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        print(#"{"port":\#(channel.localAddress?.port ?? 0)}"#)
        fflush(nil)
        try channel.closeFuture.wait()
    }
}
