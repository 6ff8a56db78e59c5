/// Reads a compact stream (spec §2). It has no frames: each read gives the ids that have wholly come, up to
/// `FrameLimits.ids` of them, with the tool calls that stand before them or the end that stands behind them.
struct CompactFrameReader: Sendable {
    /// Bytes of an unknown record that are still to be skipped.
    private var skipping = 0
    /// Bytes of the tool calls that the frame has.
    private var callBytes = 0

    /// Reads on into `frame`; true when it is to be given out, false when it needs bytes that have not come.
    mutating func read(
        _ cursor: inout ByteCursor, into frame: inout TokenFrame, _ ranks: borrowing RankTable?,
        _ limits: FrameLimits
    ) throws(FrameError) -> Bool {
        if frame.toolCalls.isEmpty { callBytes = 0 }
        do throws(FrameError) {
            while true {
                skipping &-= cursor.skip(atMost: skipping)
                if skipping == 0 { cursor.compactIDs(to: &frame.ids, ranks, limits) }
                cursor.setMark()
                if !frame.ids.isEmpty, frame.ids.count >= limits.ids { return true }
                let value = try cursor.compactVarint()
                if value > 0 {
                    let rank = UInt32(truncatingIfNeeded: value &- 1)
                    frame.ids.append(ranks?.id(at: rank) ?? rank)
                } else if try control(&cursor, &frame, limits) {
                    return true
                }
            }
        } catch {
            cursor.rewind()
            // Ids before an error are given out; the next read meets it again.
            guard error.code == .truncated || !frame.ids.isEmpty else { throw error }
            return !frame.ids.isEmpty
        }
    }

    /// Reads a control record behind its zero; true when the frame is to be given out.
    private mutating func control(
        _ cursor: inout ByteCursor, _ frame: inout TokenFrame, _ limits: FrameLimits
    ) throws(FrameError) -> Bool {
        let kind = try cursor.compactVarint()
        let length = try cursor.compactVarint()
        guard length <= UInt64(limits.frameBytes) else { throw cursor.failure(.frameTooLarge) }
        switch kind {
        case UInt64(CompactControl.end):
            guard length <= UInt64(limits.stringBytes) else { throw cursor.failure(.stringTooLong) }
            let reason = try cursor.string(Int(length))
            frame.finishReason = length == 0 ? nil : FinishReason(rawValue: reason)
            frame.done = true
            return true
        case UInt64(CompactControl.toolCalls):
            guard frame.ids.isEmpty else {
                cursor.rewind()
                return true
            }
            // Records without ids between them are of one frame.
            guard Int(length) <= limits.frameBytes &- callBytes else { throw cursor.failure(.frameTooLarge) }
            try cursor.require(Int(length))
            var body = try cursor.slice(Int(length))
            let calls = try MessagePackFrameReader.toolCalls(&body, limits)
            guard calls.count <= limits.listEntries &- frame.toolCalls.count else {
                throw cursor.failure(.tooManyEntries)
            }
            if !calls.isEmpty { callBytes &+= Int(length) }
            frame.toolCalls += calls
        default: skipping = Int(length)
        }
        return false
    }
}

extension ByteCursor {
    /// Appends ids as long as they stand in a row and whole blocks of them fit the limit.
    fileprivate mutating func compactIDs(
        to ids: inout [TokenID], _ ranks: borrowing RankTable?, _ limits: FrameLimits
    ) {
        guard available >= 8 else { return }
        let blockSize = 256
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: blockSize) { block in
            while limits.ids &- ids.count >= blockSize {
                let count = compactVarints(to: block)
                if count == 0 { return }
                for index in 0..<count {
                    let rank = block[index] &- 1
                    block[index] = ranks?.id(at: rank) ?? rank
                }
                ids.append(contentsOf: block[..<count])
            }
        }
    }
}
