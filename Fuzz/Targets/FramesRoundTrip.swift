import CodecCore

/// Makes frames out of the input and checks that every format gives them back.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = UnsafeRawBufferPointer(start: start, count: count)[...]
    func byte() -> UInt8 { input.popFirst() ?? 0 }
    func text() -> String {
        let length = Int(byte())
        defer { input = input.dropFirst(length) }
        return String(decoding: input.prefix(length), as: UTF8.self)
    }
    func optionalText() -> String? { byte() & 1 == 0 ? nil : text() }

    var frames: [TokenFrame] = []
    repeat {
        let shape = byte()
        var frame = TokenFrame()
        for _ in 0..<(shape & 0x1F) {
            let id = UInt32(byte()) << 24 | UInt32(byte()) << 16 | UInt32(byte()) << 8 | UInt32(byte())
            frame.ids.append(id >> UInt32(byte() & 31))
        }
        if shape & 0x20 != 0 { frame.finishReason = FinishReason(rawValue: text()) }
        if shape & 0x40 != 0 {
            frame.toolCalls.append(ToolCall(name: optionalText(), argumentsJSON: text(), id: optionalText()))
        }
        frame.done = input.isEmpty
        frames.append(frame)
    } while !input.isEmpty
    checkRoundTrip(frames)
    return 0
}
