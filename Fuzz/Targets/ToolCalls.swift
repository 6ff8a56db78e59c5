import CodecCore

/// Reads the input as a region of tool calls in every convention: the body is kept, there is a call, what is in the calls is
/// bounded by the body, and arguments of calls with a name, given as such again, come back as they are: they are JSON.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let body = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    for convention in ToolCallConvention.allCases {
        let region = ToolCallParser(convention).parse(body)
        precondition(region.body.utf8.elementsEqual(body.utf8), "the body is not kept")
        precondition(!region.calls.isEmpty, "no call")
        let size = region.calls.reduce(0) { $0 + $1.argumentsJSON.utf8.count }
        precondition(size <= 6 * body.utf8.count + 200, "more came out than went in")
        for call in region.calls where call.name != nil {
            let again = ToolCallParser(.qwen25, limits: ToolCallLimits(bytes: .max, depth: 66)).parse(
                #"{"name":"f","arguments":"# + call.argumentsJSON + "}")
            precondition(again.isComplete && again.calls.count == 1, "not one value: \(call.argumentsJSON)")
            let json = again.calls[0].argumentsJSON
            // Strings of JSON are unpacked, null and nothing are no arguments.
            guard let first = call.argumentsJSON.utf8.first,
                first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
            else { continue }
            precondition(
                json.utf8.elementsEqual(call.argumentsJSON.utf8), "not JSON: \(call.argumentsJSON) \(json)")
        }
        for writesJSON in [false, true] {
            let segments = ToolResultRenderer(convention, writesJSON: writesJSON).segments(
                for: [ToolResult(content: body, callID: body)])
            precondition(!segments.isEmpty, "no result")
        }
    }
    return 0
}
