import CodecCore

/// Reads a compact stream whole and cut at random: everything but the borders of its frames is the same, no frame but
/// the last is without ids, and what is read can be written with any rank table and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    guard count > 1 else { return 0 }
    let (size, seed) = (input[0], input[1])
    let bytes = UnsafeRawBufferPointer(rebasing: input.dropFirst(2))
    // A table of some of the first ids, backwards.
    let ranks = size < 64 ? nil : try? RankTable((0..<TokenID(size)).reversed().filter { $0 % 3 != 0 })
    let whole = outcome(bytes, .compact, ranks) { bytes.count }
    var state = UInt32(seed) | 1
    let cut = outcome(bytes, .compact, ranks) {
        state = state &* 1_664_525 &+ 1_013_904_223
        return Int(state >> 24) % (Int(seed % 32) + 1)
    }
    precondition(CompactOutcome(whole) == CompactOutcome(cut), "cuts change the result: \(whole) \(cut)")
    for frames in [whole.frames, cut.frames] {
        precondition(frames.allSatisfy { !$0.ids.isEmpty || $0.done }, "a frame without ids")
        precondition(frames.dropLast().allSatisfy { !$0.done }, "a frame after the terminal one")
    }
    precondition(whole.error != nil || whole.frames.last?.done == true, "no terminal frame and no error")
    precondition((whole.error?.offset ?? 0) <= UInt64(bytes.count), "an offset outside the stream")
    checkRoundTrip(whole.frames)
    checkCompactRoundTrip(cut.frames, ranks: ranks)
    return 0
}
