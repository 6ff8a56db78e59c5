/// The kinds of control records in a compact stream.
enum CompactControl {
    /// The end of the stream, with the finish reason.
    static let end: UInt32 = 1
    /// Tool calls as MessagePack.
    static let toolCalls: UInt32 = 2
}

extension [UInt8] {
    /// Appends a frame to a compact stream: its tool calls, which come before the ids that follow the call, its ids,
    /// and the end of the stream (spec §2).
    @inline(__always)
    mutating func appendCompact(_ frame: TokenFrame, _ ranks: borrowing RankTable?) {
        if frame.ids.count == 1, !frame.done, frame.toolCalls.isEmpty {
            let id = frame.ids[0]
            let rank = ranks?.rank(of: id) ?? id
            append(room: 8) { $0.compactVarint(rank: rank) }
        } else {
            appendAnyCompact(frame, ranks)
        }
    }

    private mutating func appendAnyCompact(_ frame: TokenFrame, _ ranks: borrowing RankTable?) {
        if !frame.toolCalls.isEmpty {
            var calls: [UInt8] = []
            calls.appendMessagePack(frame.toolCalls)
            appendCompact(control: CompactControl.toolCalls, calls)
        }
        if let ranks = copy ranks {
            appendBlocks(of: frame.ids, room: 5) { block, scratch in
                for id in block { scratch.compactVarint(rank: ranks.rank(of: id)) }
            }
        } else {
            appendBlocks(of: frame.ids, room: 5) { block, scratch in
                for id in block { scratch.compactVarint(rank: id) }
            }
        }
        if frame.done {
            appendCompact(control: CompactControl.end, (frame.finishReason?.rawValue ?? "").utf8)
        }
    }

    private mutating func appendCompact(control kind: UInt32, _ body: some Collection<UInt8>) {
        append(room: 11) {
            $0.write(0 as UInt8)
            $0.varint(kind)
            $0.varint(UInt32(truncatingIfNeeded: body.count))
        }
        append(contentsOf: body)
    }
}
