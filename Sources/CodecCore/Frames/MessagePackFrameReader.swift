/// Reads frames as MessagePack maps (spec §2), one after another, without ever going back over bytes: it stops
/// anywhere between two scalars or strings, and goes on there when more has come.
struct MessagePackFrameReader: Sendable {
    private enum State {
        /// A frame begins.
        case frame
        case key
        case ids
        case id
        case baseID
        case deltas
        case done
        case finishReason
        case toolCalls
        case toolCall
        case toolCallKey
        case toolCallName
        case toolCallArguments
        case toolCallID
        /// In a value that is not ours, of the frame or of a tool call.
        case skipping
        case skippingInToolCall
    }

    private var state = State.frame
    /// The offset at which the frame is over the limit.
    private var frameLimit: UInt64 = 0
    private var pairsLeft: UInt32 = 0
    private var idsLeft: UInt32 = 0
    private var toolCallsLeft: UInt32 = 0
    private var toolCallPairsLeft: UInt32 = 0
    private var hasIDs = false
    /// Not nil once the differences of a delta frame began.
    private var deltas: DeltaIDs?
    private var base: TokenID?
    private var hasDone = false
    private var toolCall = ToolCall(argumentsJSON: "")
    private var hasArguments = false
    private var skipper = MessagePackSkipper()

    /// Reads on into `frame`, which is empty when a frame begins; true when the frame is complete, false when it
    /// needs bytes that have not come.
    mutating func read(
        _ cursor: inout ByteCursor, into frame: inout TokenFrame, _ limits: FrameLimits
    ) throws(FrameError) -> Bool {
        if state == .frame, cursor.readPlainMessagePackFrame(into: &frame, limits) { return true }
        do throws(FrameError) {
            while true {
                cursor.setMark()
                if try step(&cursor, &frame, limits) { return true }
                if state != .frame, cursor.offset > frameLimit { throw cursor.failure(.frameTooLarge) }
            }
        } catch {
            guard error.code == .truncated else { throw error }
            cursor.rewind()
            return false
        }
    }

    /// Reads the value of `tool_calls` where it stands alone and nothing follows it.
    static func toolCalls(
        _ cursor: inout ByteCursor, _ limits: FrameLimits
    ) throws(FrameError) -> [ToolCall] {
        var reader = MessagePackFrameReader()
        reader.state = .toolCalls
        reader.frameLimit = cursor.offset &+ UInt64(truncatingIfNeeded: cursor.available)
        var frame = TokenFrame()
        while reader.state != .key {
            cursor.setMark()
            _ = try reader.step(&cursor, &frame, limits)
        }
        cursor.setMark()
        if cursor.available > 0 { throw cursor.failure(.trailingBytes) }
        return frame.toolCalls
    }

    /// Reads one item, or throws with the state as it was; true when it completed the frame.
    private mutating func step(
        _ cursor: inout ByteCursor, _ frame: inout TokenFrame, _ limits: FrameLimits
    ) throws(FrameError) -> Bool {
        switch state {
        case .frame: try beginFrame(&cursor, limits)
        case .key:
            guard pairsLeft == 0 else {
                state = try key(&cursor, Self.stateAfterFrameKey) ?? skip(.skipping)
                pairsLeft &-= 1
                break
            }
            guard hasIDs, hasDone else { throw cursor.failure(.missingKey) }
            if let deltas {
                guard let base else { throw cursor.failure(.missingKey) }
                guard deltas.apply(base: base, to: &frame.ids) else {
                    throw cursor.failure(.numberOutOfRange)
                }
            }
            state = .frame
            return true
        case .ids, .deltas: try beginIDs(&cursor, &frame, limits)
        case .id: try ids(&cursor, &frame)
        case .baseID:
            base = try cursor.messagePackUInt32()
            state = .key
        case .done:
            guard case .bool(let done) = try cursor.messagePackToken() else {
                throw cursor.failure(.wrongType)
            }
            frame.done = done
            hasDone = true
            state = .key
        case .finishReason:
            frame.finishReason = try string(&cursor, limits).map(FinishReason.init(rawValue:))
            state = .key
        case .toolCalls, .toolCall, .toolCallKey, .toolCallName, .toolCallArguments, .toolCallID:
            try toolCallStep(&cursor, &frame, limits)
        case .skipping, .skippingInToolCall:
            try skipper.advance(&cursor, limit: frameLimit)
            state = state == .skipping ? .key : .toolCallKey
        }
        return false
    }

    private mutating func beginFrame(_ cursor: inout ByteCursor, _ limits: FrameLimits) throws(FrameError) {
        let limit = cursor.offset &+ UInt64(limits.frameBytes)
        guard case .map(let pairs) = try cursor.messagePackToken() else { throw cursor.failure(.notAMap) }
        guard cursor.offset &+ 2 &* UInt64(pairs) <= limit else { throw cursor.failure(.frameTooLarge) }
        frameLimit = limit
        pairsLeft = pairs
        hasIDs = false
        deltas = nil
        base = nil
        hasDone = false
        state = .key
    }

    private static func stateAfterFrameKey(_ key: UnsafeRawBufferPointer) -> State? {
        if key.spells("ids") { return .ids }
        if key.spells("done") { return .done }
        if key.spells("finish_reason") { return .finishReason }
        if key.spells("tool_calls") { return .toolCalls }
        if key.spells("ids_delta") { return .deltas }
        if key.spells("base_id") { return .baseID }
        return nil
    }

    private static func stateAfterToolCallKey(_ key: UnsafeRawBufferPointer) -> State? {
        if key.spells("name") { return .toolCallName }
        if key.spells("arguments_json") { return .toolCallArguments }
        if key.spells("id") { return .toolCallID }
        return nil
    }

    /// Reads a key; nil when it is none of ours. Then the skipper has to go over what is left of it.
    private mutating func key(
        _ cursor: inout ByteCursor, _ stateAfter: (UnsafeRawBufferPointer) -> State?
    ) throws(FrameError) -> State? {
        guard case .string(let length) = try cursor.messagePackToken() else { throw cursor.failure(.notAMap) }
        guard cursor.offset &+ UInt64(length) <= frameLimit else { throw cursor.failure(.frameTooLarge) }
        if length > 16 {
            skipper.add(bytes: UInt64(length))
            return nil
        }
        return stateAfter(try cursor.take(Int(length)))
    }

    private mutating func skip(_ next: State) -> State {
        skipper.add(values: 1)
        return next
    }

    private mutating func beginIDs(
        _ cursor: inout ByteCursor, _ frame: inout TokenFrame, _ limits: FrameLimits
    ) throws(FrameError) {
        guard case .array(let count) = try cursor.messagePackToken() else { throw cursor.failure(.wrongType) }
        guard UInt64(count) <= UInt64(limits.ids) else { throw cursor.failure(.tooManyIDs) }
        frame.ids.removeAll(keepingCapacity: true)
        frame.ids.reserveCapacity(min(Int(count), cursor.available))
        idsLeft = count
        hasIDs = true
        deltas = state == .deltas ? DeltaIDs() : nil
        state = .id
    }

    private mutating func ids(_ cursor: inout ByteCursor, _ frame: inout TokenFrame) throws(FrameError) {
        while idsLeft > 0 {
            // So many ids of 5 bytes cannot go over the limit.
            let room = min(UInt64(idsLeft), (frameLimit &- cursor.offset) / 5)
            let count = cursor.messagePackShortIDs(atMost: Int(truncatingIfNeeded: room), to: &frame.ids)
            deltas?.resolve(&frame.ids, from: frame.ids.count &- count)
            idsLeft &-= UInt32(truncatingIfNeeded: count)
            cursor.setMark()
            if count > 0 { continue }
            if deltas == nil {
                frame.ids.append(try cursor.messagePackUInt32())
            } else {
                guard let id = deltas?.next(try cursor.messagePackUInt64()) else {
                    throw cursor.failure(.numberOutOfRange)
                }
                frame.ids.append(id)
            }
            idsLeft &-= 1
            if cursor.offset > frameLimit { throw cursor.failure(.frameTooLarge) }
            cursor.setMark()
        }
        state = .key
    }

    /// Reads a string, or nil, that the frame has room for.
    private func string(_ cursor: inout ByteCursor, _ limits: FrameLimits) throws(FrameError) -> String? {
        var head = cursor
        if case .string(let length) = try head.messagePackToken(),
            head.offset &+ UInt64(length) > frameLimit
        {
            throw cursor.failure(.frameTooLarge)
        }
        return try cursor.messagePackOptionalString(limits)
    }

    private mutating func toolCallStep(
        _ cursor: inout ByteCursor, _ frame: inout TokenFrame, _ limits: FrameLimits
    ) throws(FrameError) {
        switch state {
        case .toolCalls:
            switch try cursor.messagePackToken() {
            case .null: toolCallsLeft = 0
            case .array(let count):
                guard UInt64(count) <= UInt64(limits.listEntries) else {
                    throw cursor.failure(.tooManyEntries)
                }
                toolCallsLeft = count
            default: throw cursor.failure(.wrongType)
            }
            frame.toolCalls = []
            state = toolCallsLeft == 0 ? .key : .toolCall
        case .toolCall:
            guard case .map(let pairs) = try cursor.messagePackToken() else {
                throw cursor.failure(.wrongType)
            }
            guard cursor.offset &+ 2 &* UInt64(pairs) <= frameLimit else {
                throw cursor.failure(.frameTooLarge)
            }
            toolCall = ToolCall(argumentsJSON: "")
            hasArguments = false
            toolCallPairsLeft = pairs
            state = .toolCallKey
        case .toolCallKey:
            guard toolCallPairsLeft == 0 else {
                state = try key(&cursor, Self.stateAfterToolCallKey) ?? skip(.skippingInToolCall)
                toolCallPairsLeft &-= 1
                break
            }
            guard hasArguments else { throw cursor.failure(.missingKey) }
            frame.toolCalls.append(toolCall)
            toolCallsLeft &-= 1
            state = toolCallsLeft == 0 ? .key : .toolCall
        case .toolCallName:
            toolCall.name = try string(&cursor, limits)
            state = .toolCallKey
        case .toolCallID:
            toolCall.id = try string(&cursor, limits)
            state = .toolCallKey
        default:
            guard let arguments = try string(&cursor, limits) else { throw cursor.failure(.wrongType) }
            toolCall.argumentsJSON = arguments
            hasArguments = true
            state = .toolCallKey
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are those of `name`.
    @inline(__always)
    func spells(_ name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        for index in 0..<count where self[index] != name.utf8Start[index] { return false }
        return true
    }
}
