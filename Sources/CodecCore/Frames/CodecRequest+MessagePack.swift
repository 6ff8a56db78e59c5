extension CodecRequest {
    /// Reads a MessagePack map whose keys are the field names.
    mutating func readMessagePack(_ cursor: inout ByteCursor, _ limits: FrameLimits) throws(FrameError) {
        cursor.setMark()
        guard case .map(let pairs) = try cursor.messagePackToken() else { throw cursor.failure(.notAMap) }
        for _ in 0..<pairs {
            cursor.setMark()
            guard case .string(let length) = try cursor.messagePackToken() else {
                throw cursor.failure(.notAMap)
            }
            guard UInt64(length) <= UInt64(cursor.available) else { throw cursor.shortage() }
            let key = try cursor.take(Int(length))
            cursor.setMark()
            if key.spells("prompt_ids") {
                promptIDs = try Self.ids(&cursor, limits)
            } else if key.spells("max_tokens") {
                maxTokens = try cursor.messagePackNil() ? nil : cursor.messagePackUInt32()
            } else if key.spells("temperature") {
                temperature = try Self.number(&cursor)
            } else if key.spells("stop") {
                stop = try Self.strings(&cursor, limits)
            } else if key.spells("stream_format") {
                streamFormat = try cursor.messagePackOptionalString(limits)
            } else {
                var skipper = MessagePackSkipper()
                skipper.add(values: 1)
                try skipper.advance(&cursor, limit: UInt64(limits.frameBytes))
            }
        }
        cursor.setMark()
        if cursor.available > 0 { throw cursor.failure(.trailingBytes) }
    }

    private static func ids(_ cursor: inout ByteCursor, _ limits: FrameLimits) throws(FrameError) -> [TokenID]
    {
        guard case .array(let count) = try cursor.messagePackToken() else { throw cursor.failure(.wrongType) }
        guard UInt64(count) <= UInt64(limits.ids) else { throw cursor.failure(.tooManyIDs) }
        var ids: [TokenID] = []
        ids.reserveCapacity(min(Int(count), cursor.available))
        for _ in 0..<count {
            cursor.setMark()
            ids.append(try cursor.messagePackUInt32())
        }
        return ids
    }

    private static func number(_ cursor: inout ByteCursor) throws(FrameError) -> Double? {
        switch try cursor.messagePackToken() {
        case .null: return nil
        case .float(let value): return value
        case .unsigned(let value): return Double(value)
        case .negative(let value): return Double(value)
        default: throw cursor.failure(.wrongType)
        }
    }

    private static func strings(_ cursor: inout ByteCursor, _ limits: FrameLimits) throws(FrameError)
        -> [String]
    {
        if try cursor.messagePackNil() { return [] }
        guard case .array(let count) = try cursor.messagePackToken() else { throw cursor.failure(.wrongType) }
        guard UInt64(count) <= UInt64(limits.listEntries) else { throw cursor.failure(.tooManyEntries) }
        var strings: [String] = []
        for _ in 0..<count {
            cursor.setMark()
            strings.append(try cursor.messagePackString(limits))
        }
        return strings
    }
}

extension [UInt8] {
    /// Appends a request as a MessagePack map in the order of the fields; what is nil is left out.
    mutating func appendMessagePack(_ request: CodecRequest) {
        var pairs: UInt8 = 2
        if request.maxTokens != nil { pairs += 1 }
        if request.temperature != nil { pairs += 1 }
        if request.streamFormat != nil { pairs += 1 }
        append(0x80 | pairs)
        appendMessagePack("prompt_ids")
        appendMessagePack(request.promptIDs)
        if let maxTokens = request.maxTokens {
            appendMessagePack("max_tokens")
            append(room: 5) { $0.messagePack(maxTokens) }
        }
        if let temperature = request.temperature {
            appendMessagePack("temperature")
            appendMessagePack(double: temperature)
        }
        appendMessagePack("stop")
        append(room: 5) { $0.messagePackArray(request.stop.count) }
        for text in request.stop { appendMessagePack(text) }
        if let streamFormat = request.streamFormat {
            appendMessagePack("stream_format")
            appendMessagePack(streamFormat)
        }
    }
}
