/// Bytes of a stream in, frames out (spec §2). The bytes may be cut anywhere; the frames are the same, and in the
/// compact format, where frames have no borders, their ids in a row are.
///
/// ```swift
/// var decoder = FrameDecoder(format: .msgpack)
/// for chunk in body {
///     decoder.append(chunk)
///     while let frame = try decoder.next() { … }
/// }
/// try decoder.finish()
/// ```
///
/// After an error the decoder stays in it: frames that came before are good, nothing after it can be. What it keeps
/// is the bytes that came and are not read yet; no byte is parsed twice.
public struct FrameDecoder: Sendable {
    public let format: FrameFormat
    public let limits: FrameLimits
    /// The ranks of a compact stream; nil where the id is the rank.
    public let ranks: RankTable?
    /// Whether the terminal frame has been read. Nothing that follows it is ever yielded.
    public private(set) var isFinished = false

    private var bytes: [UInt8] = []
    /// How many of `bytes` have been read.
    private var position = 0
    /// Offset in the stream of the first of `bytes`.
    private var origin: UInt64 = 0
    private var partial = TokenFrame()
    private var messagePack = MessagePackFrameReader()
    private var compact = CompactFrameReader()
    private var failure: FrameError?

    /// A decoder for the format; one for msgpack or protobuf reads plain and delta frames alike.
    /// - Parameter ranks: for `compact` only: the table that the writer used.
    public init(format: FrameFormat, limits: FrameLimits = .frames, ranks: RankTable? = nil) {
        self.format = format
        self.limits = limits
        self.ranks = ranks
    }

    /// Takes the next bytes of the stream.
    public mutating func append(_ chunk: UnsafeRawBufferPointer) {
        guard failure == nil, !chunk.isEmpty else { return }
        guard !isFinished else {
            // What follows the terminal frame is not kept, only noticed.
            failure = FrameError(.trailingBytes, offset: origin &+ UInt64(truncatingIfNeeded: position))
            return
        }
        dropReadBytes()
        chunk.withMemoryRebound(to: UInt8.self) { bytes.append(contentsOf: $0) }
    }

    /// Takes the next bytes of the stream.
    public mutating func append(_ chunk: [UInt8]) {
        chunk.withUnsafeBytes { append($0) }
    }

    /// Takes the next bytes of the stream.
    public mutating func append(_ chunk: Span<UInt8>) {
        chunk.withUnsafeBytes { append($0) }
    }

    /// The next frame, or nil when more bytes must come first or the terminal frame has been read.
    public mutating func next() throws(FrameError) -> TokenFrame? {
        var frame = TokenFrame()
        return try next(into: &frame) ? frame : nil
    }

    /// Reads the next frame into `frame`, whose room for ids is used again: no allocation a frame.
    ///
    /// False when more bytes must come first or the terminal frame has been read; `frame` is as it was then.
    public mutating func next(into frame: inout TokenFrame) throws(FrameError) -> Bool {
        if isFinished { return false }
        if let failure { throw failure }
        guard position < bytes.count else { return false }
        do throws(FrameError) {
            guard
                try Self.read(
                    bytes, from: &position, origin, format, &messagePack, &compact, ranks, &partial, limits)
            else { return false }
        } catch {
            stop(at: error)
            throw error
        }
        swap(&frame, &partial)
        partial.clear()
        if frame.done {
            isFinished = true
            if position < bytes.count {
                failure = FrameError(.trailingBytes, offset: origin &+ UInt64(truncatingIfNeeded: position))
            }
        }
        return true
    }

    /// Says that the stream has ended; call it once `next` has no more frames.
    /// - Throws: `truncated` when no terminal frame came, `trailingBytes` when bytes followed it, or the error that
    ///   `next` met.
    public mutating func finish() throws(FrameError) {
        if let failure { throw failure }
        guard isFinished else {
            let error = FrameError(.truncated, offset: origin &+ UInt64(truncatingIfNeeded: bytes.count))
            stop(at: error)
            throw error
        }
    }

    private mutating func stop(at error: FrameError) {
        failure = error
        bytes = []
        partial = TokenFrame()
    }

    /// Frees the bytes that have been read, when they are at least half of all: each byte moves once on average.
    private mutating func dropReadBytes() {
        guard position > 0, position >= bytes.count &- position else { return }
        origin &+= UInt64(truncatingIfNeeded: position)
        bytes.removeSubrange(0..<position)
        position = 0
    }

    private static func read(
        _ bytes: borrowing [UInt8], from position: inout Int, _ origin: UInt64, _ format: FrameFormat,
        _ messagePack: inout MessagePackFrameReader, _ compact: inout CompactFrameReader,
        _ ranks: borrowing RankTable?, _ frame: inout TokenFrame, _ limits: FrameLimits
    ) throws(FrameError) -> Bool {
        try bytes.withUnsafeBufferPointer { (pointer) throws(FrameError) -> Bool in
            var cursor = ByteCursor(UnsafeRawBufferPointer(pointer), position: position, origin: origin)
            defer { position = cursor.position }
            switch format {
            case .msgpack, .msgpackDelta: return try messagePack.read(&cursor, into: &frame, limits)
            case .protobuf, .protobufDelta:
                return try ProtobufFrameReader.read(&cursor, into: &frame, limits)
            case .compact: return try compact.read(&cursor, into: &frame, ranks, limits)
            }
        }
    }
}
