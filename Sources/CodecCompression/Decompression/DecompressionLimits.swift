/// How far a decompressor trusts its input.
public struct DecompressionLimits: Sendable, Equatable {
    /// Bytes that may come out in all.
    public var outputBytes: Int
    /// Bytes that may come out for each byte of input, once `ratioSlack` bytes came out.
    public var ratio: Int
    /// Output below which the ratio does not matter: a short run of one byte is no attack.
    public var ratioSlack: Int
    /// Time that decompressing one body may take in all, waiting for its bytes not counted.
    public var workTime: Duration
    /// The window that a zstd stream may ask for is 2 to the power of this, in bytes; it is the memory that one
    /// stream can make its reader take. RFC 8878 §3.1.1.1.2 wants at least 23; brotli has at most 24 by itself.
    public var windowLog: Int

    /// The defaults are those for a request's body (spec §18).
    public init(
        outputBytes: Int = 256 << 20, ratio: Int = 1000, ratioSlack: Int = 1 << 20,
        workTime: Duration = .seconds(30), windowLog: Int = 23
    ) {
        self.outputBytes = outputBytes
        self.ratio = ratio
        self.ratioSlack = ratioSlack
        self.workTime = workTime
        self.windowLog = windowLog
    }

    /// What is wrong after `produced` bytes came out of `consumed`; nil when nothing is.
    func violation(consumed: Int, produced: Int) -> CompressionError.Code? {
        if produced > outputBytes { return .outputTooLarge }
        guard produced > ratioSlack else { return nil }
        let (allowed, overflow) = max(consumed, 1).multipliedReportingOverflow(by: ratio)
        return !overflow && produced > allowed ? .ratioTooHigh : nil
    }
}

/// Time since some fixed moment, for what counts work.
public typealias WorkClock = @Sendable () -> Duration

/// The system's clock that never goes back.
public let monotonicTime: WorkClock = {
    let start = ContinuousClock.now
    return { ContinuousClock.now - start }
}()
