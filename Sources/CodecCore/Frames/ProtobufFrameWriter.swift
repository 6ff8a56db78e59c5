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
        var size = frame.ids.isEmpty ? 0 : protobufSize(length: idsSize)
        if frame.done { size &+= 2 }
        if let reason = frame.finishReason { size &+= protobufSize(length: reason.rawValue.utf8.count) }
        for call in frame.toolCalls { size &+= protobufSize(length: call.protobufSize) }

        append(room: 4) { $0.write(UInt32(truncatingIfNeeded: size)) }
        appendProtobuf(.packedIDs, packed: frame.ids, size: idsSize)
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
