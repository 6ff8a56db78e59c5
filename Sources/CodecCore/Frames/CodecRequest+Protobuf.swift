extension CodecRequest {
    /// Reads a protobuf message, without a length before it.
    mutating func readProtobuf(_ cursor: inout ByteCursor, _ limits: FrameLimits) throws(FrameError) {
        temperature = 0
        while let tag = try cursor.protobufTag() {
            switch tag {
            case .packedPromptIDs: try cursor.protobufPackedIDs(to: &promptIDs, limits)
            case .promptID: try cursor.protobufID(to: &promptIDs, limits)
            case .maxTokens:
                let count = try cursor.varint32()
                maxTokens = count == 0 ? nil : count
            case .temperature:
                temperature = Double(Float(bitPattern: try cursor.integer(UInt32.self).byteSwapped))
            case .stop:
                guard stop.count < limits.listEntries else { throw cursor.failure(.tooManyEntries) }
                stop.append(try cursor.protobufString(limits))
            case .streamFormat:
                let name = try cursor.protobufString(limits)
                streamFormat = name.isEmpty ? nil : name
            default: try cursor.skipProtobufValue(tag, limits)
            }
        }
    }
}

extension [UInt8] {
    /// Appends a request as a protobuf message, without a length before it; defaults are left out.
    mutating func appendProtobuf(_ request: CodecRequest) {
        appendProtobuf(.packedPromptIDs, packed: request.promptIDs, size: request.promptIDs.packedSize)
        if let maxTokens = request.maxTokens, maxTokens != 0 {
            append(room: 6) {
                $0.write(UInt8(truncatingIfNeeded: ProtobufTag.maxTokens.rawValue))
                $0.varint(maxTokens)
            }
        }
        if let temperature = request.temperature, Float(temperature).bitPattern != 0 {
            append(room: 5) {
                $0.write(UInt8(truncatingIfNeeded: ProtobufTag.temperature.rawValue))
                $0.write(Float(temperature).bitPattern.byteSwapped)
            }
        }
        for text in request.stop { appendProtobuf(.stop, text) }
        if let streamFormat = request.streamFormat, !streamFormat.isEmpty {
            appendProtobuf(.streamFormat, streamFormat)
        }
    }
}
