import CodecCompression
import CodecCore
import CodecMaps
import Foundation

/// Sizes of streams in every format and encoding, by how they are flushed.
struct WireSizes {
    /// What to measure: a JSON file of the driver's.
    struct Plan: Decodable {
        /// Of the ids: for the text of the events.
        var map: String
        /// Streams by their length: all of the same length are of one row.
        var samples: [String: [[TokenID]]]
        /// Ids of a flush; 0 = the first id at once, and all others at the end.
        var flushes: [Int]
        /// Paths, by format.
        var dictionaries: [String: String]
        var ranks: String
        /// What stands around an event's text, and what ends the events, as the real server wrote it.
        var events: Surroundings
        /// The same of a whole answer.
        var document: Surroundings
    }

    struct Surroundings: Decodable {
        var head: String
        var tail: String
        var end: String

        func around(_ text: String) -> [UInt8] { Array((head + WireSizes.escaped(text) + tail).utf8) }
    }

    struct Row: Encodable {
        var format: String
        var encoding: String
        var flush: Int
        var length: Int
        var streams: Int
        /// Bytes of all streams together.
        var bytes: Int
    }

    let plan: Plan
    private let map: TokenizerMap
    private let ranks: RankTable
    private let dictionaries: [String: ZstdDictionary]

    init(planFile: String) throws {
        let data = try Data(contentsOf: URL(filePath: planFile))
        plan = try JSONDecoder().decode(Plan.self, from: data)
        map = try TokenizerMap.load(path: plan.map)
        ranks = try RankTable(parsing: try Self.bytes(plan.ranks))
        dictionaries = try plan.dictionaries.mapValues { try ZstdDictionary(try Self.bytes($0)) }
    }

    func rows() throws -> [Row] {
        var rows: [Row] = []
        for (length, streams) in plan.samples.sorted(by: { $0.value[0].count < $1.value[0].count }) {
            for flush in plan.flushes {
                for format in WireFormat.all where format.isStream || flush == 0 {
                    let bodies = streams.map { body($0, flush: flush, format: format) }
                    for encoding in [ContentEncoding.identity, .gzip, .br, .zstd] {
                        let dictionary = dictionaries[format.name]
                        guard encoding != .zstd || dictionary != nil else { continue }
                        let use = CompressionUse(idsPerFlush: flush == 0 ? .infinity : Double(flush))
                        let bytes = try bodies.reduce(0) {
                            try $0 + $1.size(encoding, dictionary: dictionary, for: use)
                        }
                        rows.append(
                            Row(
                                format: format.name, encoding: encoding.rawValue, flush: flush,
                                length: Int(length) ?? 0,
                                streams: streams.count, bytes: bytes))
                    }
                }
            }
        }
        return rows
    }

    /// Nanoseconds of the processor for each frame of eight ids: making it and compressing it.
    func costs(rounds: Int) throws -> [Cost] {
        let ids = plan.samples.values.flatMap(\.self).first { $0.count >= 512 }.map { Array($0.prefix(512)) }
        guard let ids else { throw WorkerError("no stream of 512 ids") }
        let frames = StreamSample.frames(of: ids, idsPerFlush: 8)
        var costs: [Cost] = []
        for format in FrameFormat.allCases {
            for encoding in [ContentEncoding.identity, .gzip, .br, .zstd] {
                let dictionary = encoding == .zstd ? dictionaries[format.name] : nil
                guard encoding != .zstd || dictionary != nil else { continue }
                var best = Int.max
                for _ in 0..<rounds {
                    best = min(best, try cost(frames, format, encoding, dictionary))
                }
                costs.append(
                    Cost(
                        format: format.name, encoding: encoding.rawValue,
                        ns_per_frame: Double(best) / Double(frames.count)))
            }
        }
        return costs
    }

    struct Cost: Encodable {
        var format: String
        var encoding: String
        var ns_per_frame: Double
    }

    /// The first frame pays for the context, as every body's does, and is not counted.
    private func cost(
        _ frames: [TokenFrame], _ format: FrameFormat, _ encoding: ContentEncoding,
        _ dictionary: ZstdDictionary?
    ) throws -> Int {
        var encoder = FrameEncoder(format: format, ranks: format == .compact ? ranks : nil)
        let compressor = try encoding.makeCompressor(dictionary: dictionary)
        var plain: [UInt8] = []
        var output: [UInt8] = []
        plain.reserveCapacity(1 << 12)
        output.reserveCapacity(1 << 16)
        var start = Times.now
        for (index, frame) in frames.enumerated() {
            if index == 1 { start = Times.now }
            plain.removeAll(keepingCapacity: true)
            encoder.encode(frame, into: &plain)
            guard let compressor else { continue }
            try compressor.compress(plain, flush: index == frames.count - 1 ? .finish : .sync, into: &output)
        }
        return (Times.now - start).cpu
    }

    private func body(_ ids: [TokenID], flush: Int, format: WireFormat) -> StreamSample {
        let idsPerFlush = flush == 0 ? max(1, ids.count) : flush
        switch format {
        case .frames(let frames, let hasTable):
            return StreamSample(ids, idsPerFlush: idsPerFlush, format: frames, ranks: hasTable ? ranks : nil)
        case .document:
            return StreamSample(frames: [plan.document.around(map.vocabulary.decode(ids))], ids: ids.count)
        case .events:
            var detokenizer = Detokenizer(map.vocabulary)
            var parts = StreamSample.frames(of: ids, idsPerFlush: idsPerFlush).map { frame in
                var text = detokenizer.append(frame.ids)
                if frame.done { text += detokenizer.finish() }
                return text.isEmpty ? [] : plan.events.around(text)
            }
            parts[parts.count - 1] += Array(plan.events.end.utf8)
            return StreamSample(frames: parts, ids: ids.count)
        }
    }

    /// The text inside a JSON string.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": escaped += "\\" + String(scalar)
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            case "\0"..<" ": escaped += String(format: "\\u%04x", scalar.value)
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }
}

/// The forms that an answer can have.
enum WireFormat {
    case frames(FrameFormat, withTable: Bool)
    case events
    case document

    static let all: [WireFormat] =
        FrameFormat.allCases.map { .frames($0, withTable: false) } + [
            .frames(.compact, withTable: true), .events, .document,
        ]

    var name: String {
        switch self {
        case .frames(let format, let hasTable): format.name + (hasTable ? "+table" : "")
        case .events: "json-sse"
        case .document: "json"
        }
    }

    var isStream: Bool { if case .document = self { false } else { true } }
}
