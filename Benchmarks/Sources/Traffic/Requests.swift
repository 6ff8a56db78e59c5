import ArgumentParser
import NIOCore
import NIOPosix

/// Repeats one request, and reports as JSON.
struct Requests: ParsableCommand {
    @OptionGroup var target: Target
    @Option var connections = 1
    @Option var requests = 1_000
    @Option(help: "Ask no more after so many seconds.") var seconds = 10.0
    @Option(help: "Pieces an answer.") var pieces = 1
    @Option(help: "Milliseconds between pieces.") var pause = 0
    @Flag var stream = false

    func run() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let question = Question(
            port: target.port, model: target.model, streamed: stream, pieces: pieces, pause: pause,
            promptBytes: target.prompt, key: target.key)
        let (port, requests, seconds, connections) = (target.port, requests, seconds, connections)
        let report = try loop.flatSubmit {
            let load = Load(question, port: port, requests: requests, seconds: seconds, on: loop)
            let start = NIODeadline.now()
            let bound = NIOLoopBound(load, eventLoop: loop)
            return load.run(connections: connections).map { bound.value.report(over: .now() - start) }
        }.wait()
        print(report)
    }
}
