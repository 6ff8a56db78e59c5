import CodecCore

/// The first byte chooses the format.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    guard let first = input.first else { return 0 }
    let format: FrameFormat = first & 1 == 0 ? .msgpack : .protobuf
    let body = UnsafeRawBufferPointer(rebasing: input.dropFirst())
    do throws(FrameError) {
        let request = try CodecRequest(body, format: format)
        var written: [UInt8] = []
        request.encode(format: format, into: &written)
        let again = try CodecRequest(written, format: format)
        var writtenAgain: [UInt8] = []
        again.encode(format: format, into: &writtenAgain)
        // Compared as bytes, since a temperature may be NaN.
        precondition(written == writtenAgain, "written and read again: \(again), was \(request)")
    } catch {
        precondition(error.offset <= UInt64(body.count), "an offset outside the body")
    }
    return 0
}
