import Synchronization

/// What one answer cost, so far.
public struct StreamStatistics: Sendable, Equatable {
    /// Bytes of the status line and the headers, as HTTP/1.1 writes them, with their line ends.
    public var headerBytes = 0
    /// Bytes of the body as they came, still compressed; the framing of HTTP chunks is not in them.
    public var bodyBytes = 0
    /// Bytes of the body after decompression.
    public var decodedBytes = 0
    /// Frames or events that carried something.
    public var frames = 0
    /// Ids; 0 for a stream of text.
    public var ids = 0
    /// From the sending of the request to the first ids or text.
    public var timeToFirst: Duration?
    /// From the sending of the request to the last byte read.
    public var duration: Duration = .zero
}

/// The statistics of one stream: written by its reader, read by whoever holds the response.
final class StatisticsRecorder: Sendable {
    private let start: ContinuousClock.Instant
    private let statistics: Mutex<StreamStatistics>

    init(start: ContinuousClock.Instant, headerBytes: Int) {
        self.start = start
        var initial = StreamStatistics()
        initial.headerBytes = headerBytes
        statistics = Mutex(initial)
    }

    var current: StreamStatistics { statistics.withLock { $0 } }

    func received(bodyBytes: Int) {
        let elapsed = ContinuousClock.now - start
        statistics.withLock {
            $0.bodyBytes += bodyBytes
            $0.duration = elapsed
        }
    }

    func decoded(bytes: Int) {
        statistics.withLock { $0.decodedBytes += bytes }
    }

    func delivered(ids: Int, isContent: Bool) {
        let elapsed = ContinuousClock.now - start
        statistics.withLock {
            $0.frames += 1
            $0.ids += ids
            if isContent, $0.timeToFirst == nil { $0.timeToFirst = elapsed }
        }
    }
}
