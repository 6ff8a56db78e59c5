internal import NIOCore
internal import NIOPosix

/// Runs a connection's tasks on its own event loop: what is read there is answered there, without a change of threads.
///
/// Nothing that runs here may block, or compute for long: all connections of the loop would wait. Child tasks inherit
/// it; others take `current`.
final class LoopExecutor: TaskExecutor {
    /// The one that the current connection's tasks run on.
    @TaskLocal static var current: LoopExecutor?

    private let loop: any EventLoop

    /// The current connection's loop; outside of connections any.
    static var currentLoop: any EventLoop { current?.loop ?? MultiThreadedEventLoopGroup.singleton.any() }

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// Does a connection's work on its loop.
    static func run(on loop: any EventLoop, _ work: () async -> Void) async {
        let executor = LoopExecutor(loop)
        await $current.withValue(executor) {
            await withTaskExecutorPreference(executor) { await work() }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
