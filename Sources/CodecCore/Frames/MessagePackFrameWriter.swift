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
        let pairs = 2 + (frame.finishReason == nil ? 0 : 1) + (frame.toolCalls.isEmpty ? 0 : 1)
        append(0x80 | UInt8(pairs))
        appendMessagePack("ids")
        appendMessagePack(frame.ids)
        appendMessagePack("done")
        append(frame.done ? 0xC3 : 0xC2)
        if let reason = frame.finishReason {
            appendMessagePack("finish_reason")
            appendMessagePack(reason.rawValue)
        }
        if !frame.toolCalls.isEmpty {
            appendMessagePack("tool_calls")
            append(room: 5) { $0.messagePackArray(frame.toolCalls.count) }
            for call in frame.toolCalls { appendMessagePack(call) }
        }
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
