/// The calls in a region's text as lines of name and arguments, then the special tokens of the answer to it.
@_expose(wasm, "toolCalls")
@_cdecl("toolCalls")
func toolCalls(_ bytes: UnsafeRawPointer, _ count: Int32, _ convention: Int32) -> UnsafeMutableRawPointer {
    let body = String(decoding: UnsafeRawBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
    let conventions = ToolCallConvention.allCases
    let chosen = conventions[min(max(0, Int(convention)), conventions.count - 1)]
    var text: [UInt8] = []
    for call in ToolCallParser(chosen).parse(body).calls {
        text.append(contentsOf: (call.name ?? "").utf8)
        text.append(0x20)
        text.append(contentsOf: call.argumentsJSON.utf8)
        text.append(0x0A)
    }
    for case .special(let name) in ToolResultRenderer(chosen).segments(for: [ToolResult(content: body)]) {
        text.append(contentsOf: name.utf8)
    }
    return answer(text)
}
