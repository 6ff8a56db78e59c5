import CodecCore

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    checkFrameLaws(UnsafeRawBufferPointer(start: start, count: count), .protobuf)
    return 0
}
