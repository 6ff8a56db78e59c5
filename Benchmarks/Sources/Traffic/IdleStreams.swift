import ArgumentParser
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Opens streams, waits for the first piece of each, and holds them until its input ends.
struct IdleStreams: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "idle")
    @OptionGroup var target: Target
    @Option var streams = 1_000

    func run() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let question = Question(
            port: target.port, model: target.model, streamed: true, pieces: 2, pause: 3_600_000,
            promptBytes: target.prompt, key: target.key)
        let (port, streams) = (target.port, streams)
        try loop.flatSubmit {
            let opener = StreamOpener(question, port: port, streams: streams, on: loop)
            return opener.run()
        }.wait()
        print(#"{"open":\#(streams)}"#)
        fflush(nil)
        while readLine() != nil {}
    }
}
