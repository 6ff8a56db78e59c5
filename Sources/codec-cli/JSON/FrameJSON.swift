import CodecCore
import CodecMaps

/// A frame as one line of JSON: `{"ids":[…],"done":…,"finish_reason":…,"tool_calls":[…]}`, the last two
/// where the frame has them.
enum FrameJSON {
    static func append(_ frame: TokenFrame, to output: inout [UInt8]) {
        output.append(contentsOf: #"{"ids":"#.utf8)
        JSONWriting.append(frame.ids, to: &output)
        output.append(contentsOf: frame.done ? #","done":true"#.utf8 : #","done":false"#.utf8)
        if let reason = frame.finishReason {
            output.append(contentsOf: #","finish_reason":"#.utf8)
            JSONWriting.append(reason.rawValue.utf8, to: &output)
        }
        if !frame.toolCalls.isEmpty {
            output.append(contentsOf: #","tool_calls":["#.utf8)
            for (index, call) in frame.toolCalls.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                append(call, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func append(_ call: ToolCall, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        for (key, value) in [("name", call.name), ("id", call.id)] {
            guard let value else { continue }
            JSONWriting.append(key.utf8, to: &output)
            output.append(UInt8(ascii: ":"))
            JSONWriting.append(value.utf8, to: &output)
            output.append(UInt8(ascii: ","))
        }
        output.append(contentsOf: #""arguments_json":"#.utf8)
        JSONWriting.append(call.argumentsJSON.utf8, to: &output)
        output.append(UInt8(ascii: "}"))
    }

    /// Reads such a line. `ids` and `done` must be there; unknown keys are skipped.
    static func frame(_ line: UnsafeBufferPointer<UInt8>) throws -> TokenFrame {
        var parser = JSONPullParser(line)
        var frame = TokenFrame()
        var ids: [TokenID]?
        var done: Bool?
        guard try parser.next() == .beginObject else { throw Failure("not a JSON object") }
        while try parser.next() == .key {
            let key = parser.string
            let value = try parser.next()
            switch (key, value) {
            case ("ids", _): ids = try parser.idArray(value)
            case ("done", .true): done = true
            case ("done", .false): done = false
            case ("finish_reason", .string): frame.finishReason = FinishReason(rawValue: parser.string)
            case ("tool_calls", .beginArray): frame.toolCalls = try toolCalls(&parser)
            case ("finish_reason", .null), ("tool_calls", .null): break
            case ("done", _), ("finish_reason", _), ("tool_calls", _):
                throw Failure("\(key) has the wrong type")
            default: try parser.skipRest(of: value)
            }
        }
        _ = try parser.next()
        guard let ids, let done else { throw Failure("\(ids == nil ? "ids" : "done") is missing") }
        frame.ids = ids
        frame.done = done
        return frame
    }

    private static func toolCalls(_ parser: inout JSONPullParser) throws -> [ToolCall] {
        var calls: [ToolCall] = []
        while true {
            switch try parser.next() {
            case .endArray: return calls
            case .beginObject: calls.append(try toolCall(&parser))
            default: throw Failure("tool_calls holds something that is no object")
            }
        }
    }

    private static func toolCall(_ parser: inout JSONPullParser) throws -> ToolCall {
        var call = ToolCall(argumentsJSON: "")
        while try parser.next() == .key {
            let key = parser.string
            let value = try parser.next()
            guard ["name", "id", "arguments_json"].contains(key), value != .null else {
                try parser.skipRest(of: value)
                continue
            }
            guard value == .string else { throw Failure("\(key) of a tool call has the wrong type") }
            switch key {
            case "name": call.name = parser.string
            case "id": call.id = parser.string
            default: call.argumentsJSON = parser.string
            }
        }
        return call
    }
}
