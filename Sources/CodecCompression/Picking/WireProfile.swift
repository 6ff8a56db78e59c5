#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Measured sizes of answers on the wire, which the choice of an encoding follows.
///
/// As JSON, which `scripts/bench wire --profile` writes and operators may give for their own model:
///
///     {"version": 1,
///      "source": "what was measured, and how",
///      "streams": [{"format": "msgpack",        // a stream_format, or "sse", or "json"
///                   "encoding": "gzip",         // "identity", "gzip", "br", or "zstd" with a dictionary
///                   "ids_per_flush": 8,         // left out: flushed at the end only
///                   "bytes_per_id": {"16": 5.02, "512": 2.46}},    // by ids of the whole answer; body only
///                  …]}
///
/// Unknown members are left alone. Of several measurements the one nearest in length and in flushes counts, both
/// on a logarithmic scale.
public struct WireProfile: Sendable, Equatable {
    /// Bytes of a body an id.
    public struct Measurement: Sendable, Equatable {
        public var format: String
        public var encoding: ContentEncoding
        /// Ids that are sent at once; nil: all of them, at the end.
        public var idsPerFlush: Int?
        /// Ids of the answer.
        public var ids: Int
        public var bytesPerID: Double

        public init(
            format: String, encoding: ContentEncoding, idsPerFlush: Int?, ids: Int, bytesPerID: Double
        ) {
            self.format = format
            self.encoding = encoding
            self.idsPerFlush = idsPerFlush
            self.ids = ids
            self.bytesPerID = bytesPerID
        }
    }

    /// The largest document that is read, in bytes.
    public static let maximumBytes = 1 << 20

    public var source: String
    public var measurements: [Measurement]

    public init(source: String, measurements: [Measurement]) {
        self.source = source
        self.measurements = measurements
    }

    /// Ours, of the default model.
    public static let builtIn: WireProfile =
        (try? WireProfile(parsing: Array(builtInJSON.utf8))) ?? WireProfile(source: "", measurements: [])

    /// Bytes that an answer takes, the headers that its encoding adds included; nil where nothing like it was
    /// measured.
    public func bytes(format: String, encoding: ContentEncoding, idsPerFlush: Double, ids: Int) -> Double? {
        let ids = Double(max(1, ids))
        func distance(_ measurement: Measurement) -> Double {
            let flushed = measurement.idsPerFlush.map { Double($0) } ?? .infinity
            // No flush carries more than there is.
            let flushes = Self.octaves(min(flushed, Double(measurement.ids)), min(max(1, idsPerFlush), ids))
            return flushes + Self.octaves(Double(measurement.ids), ids)
        }
        let fitting = measurements.filter { $0.format == format && $0.encoding == encoding }
        guard let nearest = fitting.min(by: { distance($0) < distance($1) }) else { return nil }
        return nearest.bytesPerID * ids + Self.headerBytes(encoding)
    }

    /// How far apart two counts are; doubling is 1.
    private static func octaves(_ a: Double, _ b: Double) -> Double {
        var (low, high, octaves) = (min(a, b), max(a, b), 0.0)
        while high >= 2 * low {
            high /= 2
            octaves += 1
        }
        low = max(low, .leastNormalMagnitude)
        return octaves + (high / low - 1)
    }

    /// What an encoding adds to an answer's header: `Content-Encoding`, and for zstd the dictionary's hash.
    private static func headerBytes(_ encoding: ContentEncoding) -> Double {
        guard encoding != .identity else { return 0 }
        let line = "Content-Encoding: \(encoding.rawValue)\r\n".utf8.count
        let dictionary = "Codec-Zstd-Dict: sha256:\r\n".utf8.count + 64
        return Double(encoding == .zstd ? line + dictionary : line)
    }
}

/// What is wrong with a profile; names the member.
public struct WireProfileError: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String
}

extension WireProfile {
    private struct Document: Decodable {
        struct Stream: Decodable {
            var format: String
            var encoding: String
            var ids_per_flush: Int?
            var bytes_per_id: [String: Double]
        }
        var version: Int
        var source: String?
        var streams: [Stream]
    }

    /// Reads a profile's JSON.
    public init(parsing bytes: [UInt8]) throws(WireProfileError) {
        guard bytes.count <= Self.maximumBytes else {
            throw WireProfileError(description: "the profile is larger than \(Self.maximumBytes) bytes")
        }
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(bytes))
        } catch {
            throw WireProfileError(
                description: "the profile is no JSON of the form that is asked for: \(error)")
        }
        guard document.version == 1 else {
            throw WireProfileError(description: "version: \(document.version) is not known; 1 is")
        }
        source = document.source ?? ""
        measurements = []
        for (index, stream) in document.streams.enumerated() {
            if let count = stream.ids_per_flush, count < 1 {
                throw WireProfileError(description: "streams[\(index)].ids_per_flush: \(count) is no count")
            }
            for (length, value) in stream.bytes_per_id.sorted(by: { $0.key < $1.key }) {
                guard let ids = Int(length), ids > 0, value.isFinite, value > 0 else {
                    throw WireProfileError(
                        description:
                            "streams[\(index)].bytes_per_id: \(length) is no length, or its value no size")
                }
                measurements.append(
                    Measurement(
                        format: stream.format, encoding: ContentEncoding(headerValue: stream.encoding),
                        idsPerFlush: stream.ids_per_flush, ids: ids, bytesPerID: value))
            }
        }
    }
}
