import NIOCore
import NIOPosix

/// A closed loop: as many connections as told, each with one request at a time, until the requests are done or time is up.
/// Everything happens on one event loop.
final class Load {
    let question: Question
    private let bootstrap: ClientBootstrap
    private let port: Int
    private let turns: Int
    private let deadline: NIODeadline
    private let done: EventLoopPromise<Void>
    private var taken = 0
    private var finished = 0
    private var first: [UInt64] = []
    private var whole: [UInt64] = []
    private var wayOfFirst: [UInt64] = []
    private var way: [UInt64] = []
    private var faults = 0
    private var fault: String?
    private var open = 0

    init(_ question: Question, port: Int, requests: Int, seconds: Double, on loop: any EventLoop) {
        self.question = question
        self.port = port
        turns = requests
        deadline = .now() + .nanoseconds(Int64(seconds * 1e9))
        done = loop.makePromise()
        bootstrap = ClientBootstrap(group: loop).channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
    }

    func run(connections: Int) -> EventLoopFuture<Void> {
        for _ in 0..<connections { connect() }
        return done.futureResult
    }

    func reconnect() {
        connect()
    }

    private func connect() {
        open += 1
        let this = NIOLoopBound(self, eventLoop: done.futureResult.eventLoop)
        bootstrap.channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(LoadConnection(this.value))
            }
        }
        .connect(host: "127.0.0.1", port: port)
        .whenComplete { result in
            switch result {
            case .success(let channel):
                channel.closeFuture.whenComplete { _ in this.value.closed() }
            case .failure(let error):
                this.value.failed("\(error)")
                this.value.closed()
            }
        }
    }

    private func closed() {
        open -= 1
        if open == 0 { done.succeed() }
    }

    func takeTurn() -> Bool {
        guard taken < turns, NIODeadline.now() < deadline else { return false }
        taken += 1
        return true
    }

    func arrived(after nanoseconds: UInt64, first: Bool) {
        if first { wayOfFirst.append(nanoseconds) }
        way.append(nanoseconds)
    }

    func answered(first: UInt64, whole: UInt64) {
        self.first.append(first)
        self.whole.append(whole)
    }

    func failed(_ reason: String) {
        faults += 1
        if fault == nil { fault = reason }
    }

    /// Times in microseconds.
    func report(over elapsed: TimeAmount) -> String {
        let seconds = Double(elapsed.nanoseconds) / 1e9
        let pieces = question.streamed ? way.count : whole.count * question.pieces
        let reason = fault.map {
            String(decoding: $0.utf8.map { $0 < 32 || $0 == 34 || $0 == 92 ? 39 : $0 }, as: UTF8.self)
        }
        return """
            {"answers":\(whole.count),"seconds":\(seconds),"faults":\(faults),"fault":"\(reason ?? "")",\
            "per_second":\(Double(whole.count) / seconds),"pieces_per_second":\(Double(pieces) / seconds),\
            "whole":\(Self.summary(&whole)),"first_byte":\(Self.summary(&first)),\
            "way_of_first":\(Self.summary(&wayOfFirst)),"way":\(Self.summary(&way))}
            """
    }

    private static func summary(_ times: inout [UInt64]) -> String {
        guard !times.isEmpty else { return "null" }
        times.sort()
        let cells = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)].map { name, share in
            "\"\(name)\":\(Double(times[min(times.count - 1, Int(Double(times.count) * share))]) / 1e3)"
        }
        return "{" + cells.joined(separator: ",") + "}"
    }
}
