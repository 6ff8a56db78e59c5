internal import CodecCompression
internal import CodecCore

extension MapFieldReader {
    /// Version 1: {"id": decoded text}.
    mutating func tokensOfVersion1(_ field: String) throws(MapError) -> MapDocument.Vocab {
        var vocab = MapDocument.Vocab()
        try members(of: field) { (reader, name) throws(MapError) in
            guard let id = TokenID(name), id <= MapDocument.maximumID, String(id) == name else {
                throw reader.invalid(field, "\"\(name)\" is no id")
            }
            vocab.tokens.append(try reader.string("\(field).\(name)").utf8)
            vocab.ids.append(id)
        }
        return vocab
    }

    mutating func specialTokens(
        _ field: String
    ) throws(MapError) -> [VocabularyDefinition.SpecialToken] {
        var tokens: [VocabularyDefinition.SpecialToken] = []
        try members(of: field) { (reader, name) throws(MapError) in
            tokens.append(.init(name: name, id: try reader.tokenID("\(field).\(name)")))
        }
        return tokens
    }

    mutating func toolCalling(_ field: String) throws(MapError) -> ToolCalling {
        var convention: ToolCallConvention?
        var markers: [String: String] = [:]
        var arguments: ToolCalling.ArgumentsFormat?
        var result: ToolCalling.ResultFormat?
        try members(of: field) { (reader, name) throws(MapError) in
            let member = "\(field).\(name)"
            switch name {
            case "convention":
                guard let known = ToolCallConvention(name: try reader.string(member)) else {
                    throw reader.invalid(member, "is no known convention")
                }
                convention = known
            case "args_format": arguments = try reader.choice(member)
            case "result_format": result = try reader.choice(member)
            case "markers":
                try reader.members(of: member) { (reader, name) throws(MapError) in
                    guard name == "start" || name == "end" else { return }
                    markers[name] = try reader.string("\(member).\(name)")
                }
            default: break
            }
        }
        guard let convention else { throw invalid("\(field).convention", "is missing") }
        guard let start = markers["start"] else { throw invalid("\(field).markers.start", "is missing") }
        guard let end = markers["end"] else { throw invalid("\(field).markers.end", "is missing") }
        return ToolCalling(
            convention: convention, startMarker: start, endMarker: end, argumentsFormat: arguments,
            resultFormat: result)
    }

    mutating func zstdDictionaries(_ field: String) throws(MapError) -> [DictionaryEntry] {
        var dictionaries: [DictionaryEntry] = []
        try elements(of: field) { (reader, index) throws(MapError) in
            let element = "\(field)[\(index)]"
            let file = try reader.listedFile(element, hasFormat: true)
            dictionaries.append(
                DictionaryEntry(
                    format: try reader.required(file.format, "format", of: element), url: file.url,
                    hash: file.hash, sizeBytes: file.sizeBytes))
        }
        return dictionaries
    }

    mutating func rankTables(_ field: String) throws(MapError) -> [RankTableEntry] {
        var tables: [RankTableEntry] = []
        try elements(of: field) { (reader, index) throws(MapError) in
            let file = try reader.listedFile("\(field)[\(index)]", hasFormat: false)
            tables.append(RankTableEntry(url: file.url, hash: file.hash, sizeBytes: file.sizeBytes))
        }
        return tables
    }

    /// A file that the map lists by its hash.
    private mutating func listedFile(
        _ element: String, hasFormat: Bool
    ) throws(MapError) -> (format: String?, url: String, hash: ContentHash, sizeBytes: Int) {
        enum Name: String {
            case format, url, hash
            case sizeBytes = "size_bytes"
        }
        var (format, url): (String?, String?)
        var hash: ContentHash?
        var size: Int?
        try fields(of: element) { (reader, name: Name, field) throws(MapError) in
            switch name {
            case .format where !hasFormat: break
            case .format: format = try reader.string(field)
            case .url: url = try reader.string(field)
            case .hash: hash = try reader.hash(field)
            case .sizeBytes: size = try reader.integer(field, in: 1...Int(Int32.max))
            }
        }
        return (
            format, try required(url, "url", of: element), try required(hash, "hash", of: element),
            try required(size, "size_bytes", of: element)
        )
    }
}
