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
        var convention: ToolCalling.Convention?
        var markers: [String: String] = [:]
        var arguments: ToolCalling.ArgumentsFormat?
        var result: ToolCalling.ResultFormat?
        try members(of: field) { (reader, name) throws(MapError) in
            let member = "\(field).\(name)"
            switch name {
            case "convention": convention = try reader.choice(member)
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
            var (format, url): (String?, String?)
            var hash: ContentHash?
            var size: Int?
            try reader.members(of: element) { (reader, name) throws(MapError) in
                let member = "\(element).\(name)"
                switch name {
                case "format": format = try reader.string(member)
                case "url": url = try reader.string(member)
                case "size_bytes": size = try reader.integer(member, in: 1...Int(Int32.max))
                case "hash":
                    hash = ContentHash(try reader.string(member))
                    guard hash != nil else {
                        throw reader.invalid(member, "must be sha256: and 64 lowercase hex digits")
                    }
                default: break
                }
            }
            guard let format else { throw reader.invalid("\(element).format", "is missing") }
            guard let url else { throw reader.invalid("\(element).url", "is missing") }
            guard let hash else { throw reader.invalid("\(element).hash", "is missing") }
            guard let size else { throw reader.invalid("\(element).size_bytes", "is missing") }
            dictionaries.append(DictionaryEntry(format: format, url: url, hash: hash, sizeBytes: size))
        }
        return dictionaries
    }
}
