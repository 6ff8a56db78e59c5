import CodecCompression
import CodecCore

/// How much smaller a dictionary makes streams than gzip does, by how they are flushed and how long they are.
struct DictionaryGains {
    /// Bytes a token over all streams of a row.
    struct Row: Encodable {
        /// Nil: at the end only.
        var ids_per_flush: Int?
        /// Ids of each stream: the first ones of longer streams.
        var length: Int
        var streams: Int
        var identity: Double
        var gzip: Double
        /// With the dictionary.
        var zstd: Double
        /// How much smaller than gzip: 0.25 = a quarter.
        var gain_over_gzip: Double
    }

    private(set) var rows: [Row] = []

    /// - Parameter streams: none of which the dictionary was made from. A length that none of them has is left out.
    init(of dictionary: ZstdDictionary, on streams: [[TokenID]], format: FrameFormat) throws {
        for flush in TrainingStreams.flushes {
            let samples = TrainingStreams.beginnings(of: streams, idsPerFlush: flush, format: format)
            for row in try DictionaryEvaluation(of: dictionary, on: samples, flushed: flush != nil).rows {
                let ids = Double(row.ids)
                rows.append(
                    Row(
                        ids_per_flush: flush, length: row.fromIDs, streams: row.streams,
                        identity: Double(row.plainBytes) / ids, gzip: Double(row.gzipBytes) / ids,
                        zstd: Double(row.zstdBytes) / ids, gain_over_gzip: row.gain))
            }
        }
    }
}
