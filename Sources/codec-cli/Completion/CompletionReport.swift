import CodecClient
import CodecCompression
import Foundation

/// What one completion cost: the figures of `--stats`, and a row of `--compare`.
struct CompletionReport: Encodable {
    var format: String
    var encoding: String
    /// Ids that came; nil for text.
    var tokens: Int?
    var frames: Int
    var header_bytes: Int
    var body_bytes: Int
    var uncompressed_bytes: Int
    var seconds_to_first: Double?
    var seconds: Double
    var finish_reason: String?

    init(_ run: CompletionRun, format: StreamFormatArgument) {
        let statistics = run.statistics
        self.format = format == .json ? "json-sse" : format.rawValue
        encoding = run.encoding.rawValue
        tokens = format == .json ? nil : statistics.ids
        frames = statistics.frames
        header_bytes = statistics.headerBytes
        body_bytes = statistics.bodyBytes
        uncompressed_bytes = statistics.decodedBytes
        seconds_to_first = statistics.timeToFirst.map { $0 / .seconds(1) }
        seconds = statistics.duration / .seconds(1)
        finish_reason = run.finishReason
    }

    /// Tokens a second after the first; nil where there are too few to tell.
    var tokensPerSecond: Double? {
        guard let tokens, tokens > 1, let first = seconds_to_first, seconds > first else { return nil }
        return Double(tokens - 1) / (seconds - first)
    }

    func json() throws -> String { try encodeJSON(self) }

    var text: String {
        var table = Table([("", .left), ("", .right)])
        table.add(["format", format])
        table.add(["encoding", encoding])
        if let tokens { table.add(["tokens", "\(tokens)"]) }
        table.add([format == "json-sse" ? "events" : "frames", "\(frames)"])
        table.add(["header bytes", "\(header_bytes)"])
        table.add(["body bytes", "\(body_bytes)"])
        if encoding != "identity" { table.add(["uncompressed", "\(uncompressed_bytes)"]) }
        if let tokens, tokens > 0 {
            table.add(["body bytes/token", decimal(Double(body_bytes) / Double(tokens), 2)])
        }
        table.add(["first after", seconds_to_first.map { "\(decimal($0 * 1000, 1)) ms" } ?? "-"])
        table.add(["tokens/s", tokensPerSecond.map { decimal($0, 1) } ?? "-"])
        table.add(["finish reason", finish_reason ?? "-"])
        return String(table.text.drop { $0 == "\n" })
    }
}

/// A number with a fixed number of decimals.
func decimal(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
}

func encodeJSON(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
