import CodecCompression
import CodecMaps

/// What is known of a dictionary: the output of `codec dict train|eval|inspect`.
struct DictionaryReport: Encodable {
    /// The map's entry (spec §6).
    struct Entry: Encodable {
        var format: String
        var url: String
        var hash: String
        var size_bytes: Int
    }

    var hash: String
    var bytes: Int
    /// The number that zstd's frames may name it by; 0 = bytes without zstd's own header.
    var id: UInt32
    var gains: [DictionaryGains.Row]?
    var zstd_dictionaries: [Entry]?

    init(_ dictionary: ZstdDictionary, gains: DictionaryGains? = nil, entry: DictionaryEntry? = nil) {
        hash = dictionary.hash.description
        bytes = dictionary.bytes.count
        id = dictionary.id
        self.gains = gains?.rows
        zstd_dictionaries = entry.map {
            [Entry(format: $0.format, url: $0.url, hash: $0.hash.description, size_bytes: $0.sizeBytes)]
        }
    }

    var text: String {
        var facts = Table([("", .left), ("", .left)])
        facts.add(["hash", hash])
        facts.add(["bytes", "\(bytes)"])
        facts.add(["id", id == 0 ? "0 (raw content)" : "\(id)"])
        var text = String(facts.text.drop { $0 == "\n" })
        if let gains { text += "\n\n" + Self.table(gains) }
        if let zstd_dictionaries, let json = try? encodeJSON(["zstd_dictionaries": zstd_dictionaries]) {
            text += "\n\nthe map's entry:\n" + json
        }
        return text
    }

    private static func table(_ rows: [DictionaryGains.Row]) -> String {
        var table = Table([
            ("ids a flush", .left), ("length", .right), ("streams", .right), ("identity", .right),
            ("gzip", .right), ("zstd", .right), ("under gzip", .right),
        ])
        for row in rows {
            table.add([
                row.ids_per_flush.map { "\($0)" } ?? "end only", "\(row.length)", "\(row.streams)",
                decimal(row.identity, 2), decimal(row.gzip, 2), decimal(row.zstd, 2),
                decimal(row.gain_over_gzip * 100, 1) + " %",
            ])
        }
        return table.text + "\nbytes a token; headers are not counted"
    }
}
