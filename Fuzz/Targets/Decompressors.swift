// modules: CodecCore CodecCompression
import CodecCompression

/// The first byte chooses the encoding and where the rest is cut. Whatever comes in, what comes out stays within the
/// limits, does not depend on the cut, and an error stays.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    let encoding = [ContentEncoding.gzip, .br, .zstd][Int(choice) % 3]
    let whole = read([bytes], encoding)
    let cut = bytes.count * Int(choice / 3) / 85
    let parts = read([Array(bytes[..<cut]), Array(bytes[cut...])], encoding)
    // Where the ratio is looked at depends on the cut.
    let limits: [CompressionError.Code] = [.ratioTooHigh, .outputTooLarge]
    guard ![whole, parts].contains(where: { $0.error.map { limits.contains($0.code) } ?? false }) else {
        return 0
    }
    precondition(whole.error?.code == parts.error?.code, "the cut changes the error")
    if whole.error == nil { precondition(whole.output == parts.output, "the cut changes the output") }
    return 0
}

private let limits = DecompressionLimits(
    outputBytes: 1 << 18, ratio: 100, ratioSlack: 1 << 12, workTime: .seconds(1000), windowLog: 17)

private func read(
    _ parts: [[UInt8]], _ encoding: ContentEncoding
) -> (output: [UInt8], error: CompressionError?) {
    var output: [UInt8] = []
    guard let decompressor = try? encoding.makeDecompressor(limits: limits) else {
        preconditionFailure("no context")
    }
    do {
        for part in parts { try decompressor.decompress(part, into: &output) }
        try decompressor.finish()
    } catch {
        precondition(output.count <= limits.outputBytes, "more than allowed")
        precondition(error.offset <= parts.joined().count, "the offset is outside the input")
        return (output, error)
    }
    precondition(output.count <= limits.outputBytes, "more than allowed")
    return (output, nil)
}
