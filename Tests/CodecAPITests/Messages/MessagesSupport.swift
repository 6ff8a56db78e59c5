import CodecAPI
import CodecMaps
import Testing

/// JSON and streams in short.
enum Wire {
    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: bytes(text)) }

    /// The data of a stream's events, each of which must have the name that its data says.
    static func events(_ stream: [UInt8]) throws -> [JSONValue] {
        var values: [JSONValue] = []
        for block in String(decoding: stream, as: UTF8.self).split(separator: "\n\n")
        where !block.hasPrefix(":") {
            let lines = block.split(separator: "\n", omittingEmptySubsequences: false)
            try #require(lines.count == 2 && lines[0].hasPrefix("event: ") && lines[1].hasPrefix("data: "))
            let value = try json(String(lines[1].dropFirst(6)))
            #expect(value["type"]?.string == String(lines[0].dropFirst(7)))
            values.append(value)
        }
        return values
    }

    /// Reads a stream's events; the stream must be whole.
    static func read(_ events: [JSONValue]) throws -> [ModelChunk] {
        var reader = MessagesAnswerReader()
        var chunks: [ModelChunk] = []
        for event in events {
            if let chunk = try reader.append(data: bytes(event.json)) { chunks.append(chunk) }
        }
        _ = try reader.finish()
        return chunks
    }
}

/// What chunks say, however it was cut: neighbours of a kind joined, calls by their number.
struct SaidByModel: Equatable {
    struct Call: Equatable {
        var id: String
        var name: String
        var arguments = ""
    }

    var text = ""
    var reasoning = ""
    var signatures: [String] = []
    var redacted: [String] = []
    var calls: [Int: Call] = [:]
    var usage: ModelUsage?
    var finish: ModelFinish?

    init(_ events: some Sequence<ModelEvent>) {
        for event in events {
            switch event {
            case .text(let more), .refusal(let more): text += more
            case .reasoning(let more): reasoning += more
            case .reasoningSignature(let signature): signatures.append(signature)
            case .redactedReasoning(let data): redacted.append(data)
            case .toolCall(let index, let id, let name): calls[index] = Call(id: id, name: name)
            case .toolArguments(let index, let more): calls[index]?.arguments += more
            case .usage(let counts): usage = counts
            case .finish(let reason): finish = reason
            case .logprobs: break
            }
        }
    }
}

/// A stream of random numbers that a seed repeats (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
