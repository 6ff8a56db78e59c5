// What holds for any bytes that are read as a stream of frames. Part of every target: see README.md.
import CodecCore

struct Outcome: Equatable {
    var frames: [TokenFrame] = []
    var error: FrameError?
}

/// Reads bytes in chunks whose sizes `cut` gives.
func outcome(
    _ bytes: UnsafeRawBufferPointer, _ format: FrameFormat, _ ranks: RankTable? = nil, cut: () -> Int
) -> Outcome {
    var outcome = Outcome()
    var decoder = FrameDecoder(format: format, ranks: ranks)
    do throws(FrameError) {
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + max(1, cut()))
            decoder.append(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            while let frame = try decoder.next() { outcome.frames.append(frame) }
            start = end
        }
        try decoder.finish()
    } catch {
        outcome.error = error
    }
    return outcome
}

/// Any cuts give the same; what is read can be written and read again; nothing follows the terminal frame.
func checkFrameLaws(_ input: UnsafeRawBufferPointer, _ format: FrameFormat) {
    guard let seed = input.first else { return }
    let bytes = UnsafeRawBufferPointer(rebasing: input.dropFirst())
    let whole = outcome(bytes, format) { bytes.count }
    var state = UInt32(seed) | 1
    let cut = outcome(bytes, format) {
        state = state &* 1_664_525 &+ 1_013_904_223
        return Int(state >> 24) % (Int(seed % 32) + 1)
    }
    precondition(whole == cut, "cuts change the result: \(whole) \(cut)")
    precondition(whole.frames.dropLast().allSatisfy { !$0.done }, "a frame after the terminal one")
    precondition(whole.error != nil || whole.frames.last?.done == true, "no terminal frame and no error")
    precondition((whole.error?.offset ?? 0) <= UInt64(bytes.count), "an offset outside the stream")
    checkRoundTrip(whole.frames)
}

/// What is the same of a compact stream's frames however the reader cuts them.
struct CompactOutcome: Equatable {
    var ids: [TokenID] = []
    var calls: [ToolCall] = []
    var callPositions: [Int] = []
    var done = false
    var finishReason: FinishReason?
    var error: FrameError?

    init(_ outcome: Outcome) {
        for frame in outcome.frames {
            callPositions += frame.toolCalls.map { _ in ids.count }
            calls += frame.toolCalls
            ids += frame.ids
            done = frame.done
            if done, frame.finishReason?.rawValue.isEmpty == false { finishReason = frame.finishReason }
        }
        error = outcome.error
    }
}

func checkRoundTrip(_ frames: [TokenFrame]) {
    for format in FrameFormat.allCases where format != .compact {
        var written: [UInt8] = []
        var encoder = FrameEncoder(format: format)
        for frame in frames { encoder.encode(frame, into: &written) }
        let again = written.withUnsafeBytes { bytes in outcome(bytes, format) { bytes.count } }
        precondition(again.frames == frames, "written and read again: \(again.frames), was \(frames)")
    }
    checkCompactRoundTrip(frames, ranks: nil)
}

func checkCompactRoundTrip(_ frames: [TokenFrame], ranks: RankTable?) {
    var written: [UInt8] = []
    var encoder = FrameEncoder(format: .compact, ranks: ranks)
    for frame in frames { encoder.encode(frame, into: &written) }
    let again = written.withUnsafeBytes { bytes in outcome(bytes, .compact, ranks) { bytes.count } }
    let (got, expected) = (CompactOutcome(again), CompactOutcome(Outcome(frames: frames)))
    // Tool calls wait for the id or the end that they stand before.
    precondition(got.ids == expected.ids && got.done == expected.done, "written and read again: \(got)")
    precondition(
        !expected.done
            || got.calls == expected.calls && got.callPositions == expected.callPositions
                && got.finishReason == expected.finishReason,
        "written and read again: \(got), was \(expected)")
}
