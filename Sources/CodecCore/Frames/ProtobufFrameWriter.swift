extension [UInt8] {
    /// Appends a frame as a protobuf message behind its length: ids packed and left out when there are none, `done`
    /// only when true (spec §2).
    @inline(__always)
    mutating func appendProtobuf(_ frame: TokenFrame) {
        if frame.ids.count == 1, !frame.done, frame.finishReason == nil, frame.toolCalls.isEmpty {
            let id = frame.ids[0]
            let size = UInt32(truncatingIfNeeded: id.varintSize)
            append(room: 11) {
                $0.write(size &+ 2)
                $0.write(0x0A00 | UInt16(truncatingIfNeeded: size))
                $0.varint(id)
            }
        } else {
            appendAnyProtobuf(frame)
        }
    }

    private mutating func appendAnyProtobuf(_ frame: TokenFrame) {
        let idsSize = frame.ids.packedSize
        let size = frame.protobufSize(ids: idsSize)
        append(room: 4) { $0.write(UInt32(truncatingIfNeeded: size)) }
        appendProtobuf(.packedIDs, packed: frame.ids, size: idsSize)
        appendProtobufAfterIDs(frame)
    }

    /// Appends a delta frame, which its base marks as one.
    mutating func appendProtobufDelta(_ frame: TokenFrame, base: TokenID) {
        let idsSize = frame.ids.packedDeltaSize(base: base)
        let size = frame.protobufSize(ids: idsSize) &+ 1 &+ base.varintSize
        append(room: 4) { $0.write(UInt32(truncatingIfNeeded: size)) }
        if !frame.ids.isEmpty {
            append(room: 6) { $0.protobufHead(.packedIDs, length: idsSize) }
            var previous = base
            appendBlocks(of: frame.ids, room: 5) { block, scratch in
                for id in block {
                    scratch.varint(id.delta(from: previous))
                    previous = id
                }
            }
        }
        appendProtobufAfterIDs(frame)
        append(room: 6) {
            $0.write(UInt8(truncatingIfNeeded: ProtobufTag.baseID.rawValue))
            $0.varint(base)
        }
    }

    private mutating func appendProtobufAfterIDs(_ frame: TokenFrame) {
        if frame.done { append(room: 2) { $0.write(0x1001 as UInt16) } }
        if let reason = frame.finishReason { appendProtobuf(.finishReason, reason.rawValue) }
        for call in frame.toolCalls {
            append(room: 6) { $0.protobufHead(.toolCalls, length: call.protobufSize) }
            if let name = call.name { appendProtobuf(.toolCallName, name) }
            if !call.argumentsJSON.isEmpty { appendProtobuf(.toolCallArguments, call.argumentsJSON) }
            if let id = call.id { appendProtobuf(.toolCallID, id) }
        }
    }
}

extension TokenFrame {
    /// Bytes of the plain message when its ids take so many.
    fileprivate func protobufSize(ids idsSize: Int) -> Int {
        var size = ids.isEmpty ? 0 : CodecCore.protobufSize(length: idsSize)
        if done { size &+= 2 }
        if let finishReason { size &+= CodecCore.protobufSize(length: finishReason.rawValue.utf8.count) }
        for call in toolCalls { size &+= CodecCore.protobufSize(length: call.protobufSize) }
        return size
    }
}

extension ToolCall {
    /// Bytes of the message without its tag and length.
    fileprivate var protobufSize: Int {
        var size = 0
        if let name { size &+= CodecCore.protobufSize(length: name.utf8.count) }
        if !argumentsJSON.isEmpty { size &+= CodecCore.protobufSize(length: argumentsJSON.utf8.count) }
        if let id { size &+= CodecCore.protobufSize(length: id.utf8.count) }
        return size
    }
}
