import CodecClient
import CodecCompression
import CodecCore

/// One prompt over every format and encoding that the server has, flushed for each id and packed by its default.
struct Comparison: Encodable {
    struct Row: Encodable {
        /// `each` = every id at once, `packed` = the server's default.
        var flush: String
        var report: CompletionReport
        var body_bytes_per_token: Double
        /// How many times smaller the body is than uncompressed JSON-SSE, flushed alike.
        var times_smaller: Double
    }

    private(set) var rows: [Row] = []
    let tokens: Int
    /// Texts that are not the first one's.
    private let differences: [String]

    /// The first row is what the others are compared with.
    private static let table: [(StreamFormatArgument, [EncodingArgument])] = [
        (.json, [.identity, .gzip, .br]), (.msgpack, [.identity, .gzip, .br, .zstd]),
        (.protobuf, [.identity, .gzip, .br, .zstd]), (.msgpackDelta, [.identity]),
        (.protobufDelta, [.identity]),
        (.compact, [.identity, .gzip]),
    ]

    private enum CodingKeys: CodingKey { case rows, tokens, differences }

    /// Runs them all, one after another, at temperature 0 unless the options say otherwise.
    init(_ client: CodecClient, _ options: CompletionOptions) async throws {
        var options = options
        options.temperature = options.temperature ?? 0
        options.seed = options.seed ?? 0
        options.maxTokens = options.maxTokens ?? 128
        let maps = ServerMaps(client: client)

        // The first request pays for the prompt, the map and the connection: it is not in the table, nor compared.
        // Computed whole or from a remembered prompt, the model's numbers differ in their last bits.
        options.acceptedEncodings = [.identity]
        _ = try await CompletionRun(client, options, format: .msgpack, vocabulary: maps.vocabulary(of:))
        let reference = try await CompletionRun(
            client, options, format: .msgpack, vocabulary: maps.vocabulary(of:))
        tokens = reference.ids.count
        guard tokens > 0 else { throw Failure("the completion is empty: there is nothing to compare") }

        var differences: [String] = []
        for (flush, milliseconds) in [("each", 0), ("packed", nil)] as [(String, Int?)] {
            options.flushMilliseconds = milliseconds
            var baseline: Int?
            for (format, encodings) in Self.table {
                for encoding in encodings {
                    options.acceptedEncodings = encoding.accepted
                    await maps.prefetch(format: format.frameFormat, encoding: encoding)
                    let run: CompletionRun
                    do {
                        run = try await CompletionRun(
                            client, options, format: format.frameFormat, vocabulary: maps.vocabulary(of:))
                    } catch let error as ClientError where error.saysThatThereIsNone {
                        continue
                    }
                    guard run.encoding.rawValue == encoding.rawValue else { continue }
                    let name = "\(format.rawValue) \(encoding) \(flush)"
                    if run.text != reference.text || (format != .json && run.ids != reference.ids) {
                        differences.append(name)
                    }
                    let report = CompletionReport(run, format: format)
                    baseline = baseline ?? report.body_bytes
                    rows.append(
                        Row(
                            flush: flush, report: report,
                            body_bytes_per_token: Double(report.body_bytes) / Double(tokens),
                            times_smaller: Double(baseline ?? 0) / Double(max(report.body_bytes, 1))))
                }
            }
        }
        self.differences = differences
    }

    /// - Throws: when a format gave another text or other ids than the first.
    func checkTexts() throws {
        guard differences.isEmpty else {
            throw Failure("not all answers are equal: \(differences.joined(separator: ", "))")
        }
    }

    func json() throws -> String { try encodeJSON(self) }

    var text: String {
        var table = Table([
            ("flush", .left), ("format", .left), ("encoding", .left), ("tokens", .right),
            ("header B", .right), ("body B", .right), ("body B/token", .right), ("smaller", .right),
            ("first ms", .right), ("tokens/s", .right),
        ])
        for row in rows {
            let report = row.report
            let rate = report.seconds_to_first.map { Double(tokens - 1) / max(report.seconds - $0, 1e-9) }
            table.add([
                row.flush == "each" ? "every id" : "packed", report.format, report.encoding, "\(tokens)",
                "\(report.header_bytes)", "\(report.body_bytes)", decimal(row.body_bytes_per_token, 2),
                decimal(row.times_smaller, 1) + "x",
                report.seconds_to_first.map { decimal($0 * 1000, 1) } ?? "-",
                rate.map { decimal($0, 1) } ?? "-",
            ])
        }
        return table.text
            + "\nsmaller: than uncompressed json-sse flushed alike; HTTP headers and chunk framing not counted"
    }
}

extension ClientError {
    /// Whether the server lacks the format or the encoding, and nothing else is wrong.
    fileprivate var saysThatThereIsNone: Bool {
        switch code {
        case .unexpectedAnswer: true
        case .refused: [400, 406, 415].contains(server?.status)
        default: false
        }
    }
}
