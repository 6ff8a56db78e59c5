/// Reads frames as protobuf messages behind a 4-byte big-endian length (spec §2). The length is checked before
/// anything is kept, and the message is read once, when it is there.
enum ProtobufFrameReader {
    /// Reads one frame into an empty one; false, with nothing read, when it has not wholly come.
    static func read(
        _ cursor: inout ByteCursor, into frame: inout TokenFrame, _ limits: FrameLimits
    ) throws(FrameError) -> Bool {
        if cursor.readPlainProtobufFrame(into: &frame, limits) { return true }
        guard let length = cursor.peek(UInt32.self) else { return false }
        cursor.setMark()
        guard UInt64(length) <= UInt64(limits.frameBytes) else { throw cursor.failure(.frameTooLarge) }
        guard cursor.available &- 4 >= Int(length) else { return false }
        try cursor.skip(4)
        var message = try cursor.slice(Int(length))
        try read(message: &message, into: &frame, limits)
        return true
    }

    private static func read(
        message: inout ByteCursor, into frame: inout TokenFrame, _ limits: FrameLimits
    ) throws(FrameError) {
        // The base may stand behind the ids, whose meaning it changes.
        var deltas = message.hasProtobufBase(limits) ? DeltaIDs() : nil
        var base: TokenID = 0
        while let tag = try message.protobufTag() {
            switch tag {
            case .packedIDs: try message.protobufPackedIDs(to: &frame.ids, &deltas, limits)
            case .ids: try message.protobufID(to: &frame.ids, &deltas, limits)
            case .baseID: base = try message.varint32()
            case .done: frame.done = try message.varint() != 0
            case .finishReason:
                frame.finishReason = FinishReason(rawValue: try message.protobufString(limits))
            case .toolCalls:
                guard frame.toolCalls.count < limits.listEntries else {
                    throw message.failure(.tooManyEntries)
                }
                var call = try message.protobufBytes()
                frame.toolCalls.append(try toolCall(&call, limits))
            default: try message.skipProtobufValue(tag, limits)
            }
        }
        if let deltas, !deltas.apply(base: base, to: &frame.ids) {
            throw message.failure(.numberOutOfRange)
        }
    }

    private static func toolCall(
        _ message: inout ByteCursor, _ limits: FrameLimits
    ) throws(FrameError) -> ToolCall {
        var call = ToolCall(argumentsJSON: "")
        while let tag = try message.protobufTag() {
            switch tag {
            case .toolCallName: call.name = try message.protobufString(limits)
            case .toolCallArguments: call.argumentsJSON = try message.protobufString(limits)
            case .toolCallID: call.id = try message.protobufString(limits)
            default: try message.skipProtobufValue(tag, limits)
            }
        }
        return call
    }
}

extension ByteCursor {
    /// Whether a base is among the message's fields, as far as they can be read.
    fileprivate func hasProtobufBase(_ limits: FrameLimits) -> Bool {
        var rest = self
        do throws(FrameError) {
            while let tag = try rest.protobufTag() {
                if tag == .baseID { return true }
                try rest.skipProtobufValue(tag, limits)
            }
        } catch {
            // The reader meets the same error.
        }
        return false
    }
}
