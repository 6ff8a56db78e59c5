import NIOCore
import NIOPosix
import Testing

@testable import CodecServer

struct LoopExecutorTests {
    @Test func `tasks and their children run on the loop, also after a wait for another one`() async throws {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let (loop, other) = (loops.next(), loops.next())
        await withTaskExecutorPreference(LoopExecutor(loop)) {
            #expect(loop.inEventLoop)
            async let child = loop.inEventLoop
            #expect(await child)
            await withTaskGroup { group in
                for _ in 0..<8 { group.addTask { loop.inEventLoop } }
                for await isThere in group { #expect(isThere) }
            }
            let elsewhere = try? await other.submit { other.inEventLoop }.get()
            #expect(elsewhere == true)
            #expect(loop.inEventLoop)
        }
        #expect(!loop.inEventLoop)
        try await loops.shutdownGracefully()
    }
}
