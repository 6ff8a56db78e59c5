/// The body of a request for frames by ids: `CodecRequest` (spec §2, §3).
public struct CodecRequest: Hashable, Sendable {
    public var promptIDs: [TokenID]
    /// Nil when the request does not say; in protobuf 0 says as little.
    public var maxTokens: UInt32?
    /// Nil when the request does not say. A protobuf message that leaves it out says 0, by the rules of proto3, and
    /// has the precision of 32 bits.
    public var temperature: Double?
    public var stop: [String]
    /// The name of the format that the answer is to have; nil when the request does not say.
    public var streamFormat: String?

    public init(
        promptIDs: [TokenID], maxTokens: UInt32? = nil, temperature: Double? = nil, stop: [String] = [],
        streamFormat: String? = nil
    ) {
        self.promptIDs = promptIDs
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.stop = stop
        self.streamFormat = streamFormat
    }

    /// Reads a whole body in the format's plain form. Keys and fields that are not known are skipped.
    /// - Throws: `FrameError` with the offset in the body; `limits` bound what is read.
    public init(
        _ body: UnsafeRawBufferPointer, format: FrameFormat, limits: FrameLimits = .requests
    ) throws(FrameError) {
        self.init(promptIDs: [])
        guard body.count <= limits.frameBytes else {
            throw FrameError(.frameTooLarge, offset: UInt64(limits.frameBytes))
        }
        var cursor = ByteCursor(body)
        switch format.plain {
        case .msgpack: try readMessagePack(&cursor, limits)
        default: try readProtobuf(&cursor, limits)
        }
    }

    /// Reads a whole body.
    public init(
        _ body: [UInt8], format: FrameFormat, limits: FrameLimits = .requests
    ) throws(FrameError) {
        self = try body.withUnsafeBufferPointer { (pointer) throws(FrameError) -> CodecRequest in
            try CodecRequest(UnsafeRawBufferPointer(pointer), format: format, limits: limits)
        }
    }

    /// Appends the body's bytes, in the format's plain form, to `output`.
    public func encode(format: FrameFormat, into output: inout [UInt8]) {
        switch format.plain {
        case .msgpack: output.appendMessagePack(self)
        default: output.appendProtobuf(self)
        }
    }

    public static func == (a: CodecRequest, b: CodecRequest) -> Bool {
        a.promptIDs == b.promptIDs && a.maxTokens == b.maxTokens && a.temperature == b.temperature
            && a.stop.elementsEqual(b.stop) { $0.hasSameBytes(as: $1) }
            && a.streamFormat.hasSameBytes(as: b.streamFormat)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(promptIDs)
        hasher.combine(maxTokens)
        hasher.combine(temperature)
        for text in stop { text.hashBytes(into: &hasher) }
        streamFormat?.hashBytes(into: &hasher)
    }
}
