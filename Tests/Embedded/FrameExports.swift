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
func frames(_ bytes: UnsafeRawPointer, _ count: Int32, _ format: Int32, _ chunk: Int32)
    -> UnsafeMutableRawPointer
{
    var text: [UInt8] = []
    let error = eachFrame(
        UnsafeRawBufferPointer(start: bytes, count: Int(count)), frameFormat(format), Int(chunk)
    ) {
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

/// The frames of a stream, written in another format.
@_expose(wasm, "recode")
@_cdecl("recode")
func recode(_ bytes: UnsafeRawPointer, _ count: Int32, _ format: Int32, _ other: Int32)
    -> UnsafeMutableRawPointer
{
    var encoder = FrameEncoder(format: frameFormat(other))
    var output: [UInt8] = []
    let body = UnsafeRawBufferPointer(start: bytes, count: Int(count))
    _ = eachFrame(body, frameFormat(format), Int(count)) { encoder.encode($0, into: &output) }
    return answer(output)
}

/// A rank table's own bytes, or the error; nothing but that when ranks and ids are not each other's inverse.
@_expose(wasm, "ranks")
@_cdecl("ranks")
func ranks(_ bytes: UnsafeRawPointer, _ count: Int32) -> UnsafeMutableRawPointer {
    let body = UnsafeRawBufferPointer(start: bytes, count: Int(count))
    do throws(RankTableError) {
        let table = try RankTable(parsing: [UInt8](body))
        let ids = [0, 1, 2, 100, 1 << 20, 1 << 31, TokenID.max] + table.ids
        guard ids.allSatisfy({ table.id(at: table.rank(of: $0)) == $0 }) else { return answer([]) }
        return answer(table.bytes)
    } catch {
        return answer([UInt8](error.description.utf8))
    }
}

/// A format by its place in `FrameFormat.allCases`.
private func frameFormat(_ index: Int32) -> FrameFormat {
    let formats = FrameFormat.allCases
    return formats[min(max(0, Int(index)), formats.count - 1)]
}

private func eachFrame(
    _ bytes: UnsafeRawBufferPointer, _ format: FrameFormat, _ chunk: Int, _ body: (TokenFrame) -> Void
) -> FrameError? {
    var decoder = FrameDecoder(format: format)
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
