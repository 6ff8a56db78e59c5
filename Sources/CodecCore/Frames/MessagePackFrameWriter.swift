extension [UInt8] {
    /// Appends a frame as a MessagePack map: keys in the order ids, done, finish_reason, tool_calls, the last two only
    /// when they are there (spec §2).
    @inline(__always)
    mutating func appendMessagePack(_ frame: TokenFrame) {
        if frame.ids.count == 1, !frame.done, frame.finishReason == nil, frame.toolCalls.isEmpty {
            let id = frame.ids[0]
            append(room: 17) {
                $0.write(0x82A3_6964 as UInt32)  // map of two, "ids"
                $0.write(0x7391 as UInt16)  // array of one
                $0.messagePack(id)
                $0.write(0xA464_6F6E as UInt32)  // "done"
                $0.write(0x65C2 as UInt16)  // false
            }
        } else {
            appendAnyMessagePack(frame)
        }
    }

    private mutating func appendAnyMessagePack(_ frame: TokenFrame) {
        append(0x81 &+ frame.pairsAfterIDs)
        appendMessagePack("ids")
        appendMessagePack(frame.ids)
        appendMessagePackAfterIDs(frame)
    }

    /// Appends a delta frame: keys in the order base_id, ids_delta, and then as in a plain one.
    mutating func appendMessagePackDelta(_ frame: TokenFrame, base: TokenID) {
        append(0x82 &+ frame.pairsAfterIDs)
        appendMessagePack("base_id")
        append(room: 5) { $0.messagePack(base) }
        appendMessagePack("ids_delta")
        append(room: 5) { $0.messagePackArray(frame.ids.count) }
        var previous = base
        appendBlocks(of: frame.ids, room: 9) { block, scratch in
            for id in block {
                scratch.messagePack(id.delta(from: previous))
                previous = id
            }
        }
        appendMessagePackAfterIDs(frame)
    }

    private mutating func appendMessagePackAfterIDs(_ frame: TokenFrame) {
        appendMessagePack("done")
        append(frame.done ? 0xC3 : 0xC2)
        if let reason = frame.finishReason {
            appendMessagePack("finish_reason")
            appendMessagePack(reason.rawValue)
        }
        if !frame.toolCalls.isEmpty {
            appendMessagePack("tool_calls")
            appendMessagePack(frame.toolCalls)
        }
    }

    mutating func appendMessagePack(_ calls: [ToolCall]) {
        append(room: 5) { $0.messagePackArray(calls.count) }
        for call in calls { appendMessagePack(call) }
    }

    private mutating func appendMessagePack(_ call: ToolCall) {
        append(0x81 + (call.name == nil ? 0 : 1) + (call.id == nil ? 0 : 1))
        if let name = call.name {
            appendMessagePack("name")
            appendMessagePack(name)
        }
        appendMessagePack("arguments_json")
        appendMessagePack(call.argumentsJSON)
        if let id = call.id {
            appendMessagePack("id")
            appendMessagePack(id)
        }
    }
}

extension TokenFrame {
    /// How many keys a MessagePack frame has besides those of its ids.
    fileprivate var pairsAfterIDs: UInt8 { 1 + (finishReason == nil ? 0 : 1) + (toolCalls.isEmpty ? 0 : 1) }
}
