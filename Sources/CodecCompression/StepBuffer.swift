/// Room for what one call of a library writes: on the stack where little comes in, so that streams hold no
/// buffers while they wait.
enum StepBuffer {
    private static let small = 1 << 10
    private static let large = 32 << 10

    /// Appends what `body` writes; it returns how much that is, and what the caller wants to know.
    /// - Returns: the latter, and whether the room was used up.
    @inline(__always)
    static func append<Answer>(
        to output: inout [UInt8], forInput count: Int,
        _ body: (UnsafeMutableRawBufferPointer) -> (written: Int, answer: Answer)
    ) -> (answer: Answer, wasFilled: Bool) {
        if count <= 256 {
            return withUnsafeTemporaryAllocation(byteCount: small, alignment: 1) {
                take($0, body($0), &output)
            }
        }
        return withUnsafeTemporaryAllocation(byteCount: large, alignment: 1) {
            take($0, body($0), &output)
        }
    }

    @inline(__always)
    private static func take<Answer>(
        _ buffer: UnsafeMutableRawBufferPointer, _ result: (written: Int, answer: Answer),
        _ output: inout [UInt8]
    ) -> (answer: Answer, wasFilled: Bool) {
        output.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<result.written]))
        return (result.answer, result.written == buffer.count)
    }
}
