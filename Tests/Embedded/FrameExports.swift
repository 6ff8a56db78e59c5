// What the loader calls. Compiled as one module with CodecCore. Bytes go in by pointer and length; an answer is a
// pointer to its length, four bytes, and the bytes, which the loader gives back with `release`.

@_expose(wasm, "allocate")
@_cdecl("allocate")
func allocate(_ count: Int32) -> UnsafeMutableRawPointer {
    .allocate(byteCount: max(0, Int(count)), alignment: 8)
}

@_expose(wasm, "release")
@_cdecl("release")
func release(_ pointer: UnsafeMutableRawPointer) {
    pointer.deallocate()
}

/// The frames of a stream as text, one a line: ids, done, the finish reason in hex; then the error's code or `ok`.
@_expose(wasm, "frames")
@_cdecl("frames")
func frames(_ bytes: UnsafeRawPointer, _ count: Int32, _ isProtobuf: Bool, _ chunk: Int32)
    -> UnsafeMutableRawPointer
{
    var text: [UInt8] = []
    let error = eachFrame(UnsafeRawBufferPointer(start: bytes, count: Int(count)), isProtobuf, Int(chunk)) {
        frame in
        for (index, id) in frame.ids.enumerated() {
            if index > 0 { text.append(0x2C) }
            text.append(contentsOf: String(id).utf8)
        }
        text.append(contentsOf: frame.done ? " true".utf8 : " false".utf8)
        if let reason = frame.finishReason {
            text.append(0x20)
            for byte in reason.rawValue.utf8 { text.append(contentsOf: String(byte, radix: 16).utf8) }
        }
        text.append(0x0A)
    }
    text.append(contentsOf: (error?.code.rawValue ?? "ok").utf8)
    return answer(text)
}

/// The frames of a stream, written in the other format.
@_expose(wasm, "recode")
@_cdecl("recode")
func recode(_ bytes: UnsafeRawPointer, _ count: Int32, _ isProtobuf: Bool) -> UnsafeMutableRawPointer {
    var encoder = FrameEncoder(format: isProtobuf ? .msgpack : .protobuf)
    var output: [UInt8] = []
    let body = UnsafeRawBufferPointer(start: bytes, count: Int(count))
    _ = eachFrame(body, isProtobuf, Int(count)) { encoder.encode($0, into: &output) }
    return answer(output)
}

private func eachFrame(
    _ bytes: UnsafeRawBufferPointer, _ isProtobuf: Bool, _ chunk: Int, _ body: (TokenFrame) -> Void
) -> FrameError? {
    var decoder = FrameDecoder(format: isProtobuf ? .protobuf : .msgpack)
    do throws(FrameError) {
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + max(1, chunk))
            decoder.append(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            while let frame = try decoder.next() { body(frame) }
            start = end
        }
        try decoder.finish()
        return nil
    } catch {
        return error
    }
}

func answer(_ bytes: [UInt8]) -> UnsafeMutableRawPointer {
    let pointer = UnsafeMutableRawPointer.allocate(byteCount: bytes.count + 4, alignment: 8)
    pointer.storeBytes(of: UInt32(bytes.count), as: UInt32.self)
    bytes.withUnsafeBytes {
        (pointer + 4).copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(pointer), byteCount: $0.count)
    }
    return pointer
}
