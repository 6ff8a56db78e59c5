internal import CodecCore

/// A pull parser that knows which field it reads, so that errors name it.
///
/// The methods that give a value look at the token read last; `members` and `elements` move on.
struct MapFieldReader {
    private(set) var json: JSONPullParser
    private(set) var token = JSONPullParser.Token.end

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        json = JSONPullParser(bytes)
    }

    @discardableResult
    mutating func advance(_ field: String? = nil) throws(MapError) -> JSONPullParser.Token {
        do {
            token = try json.next()
        } catch {
            throw MapError(error, field: field)
        }
        return token
    }

    mutating func skip(_ field: String?) throws(MapError) {
        do {
            try json.skipRest(of: token)
        } catch {
            throw MapError(error, field: field)
        }
    }

    /// The value that begins with the token read last.
    mutating func value(_ field: String) throws(MapError) -> JSONValue {
        do {
            return try JSONValue(token, from: &json)
        } catch {
            throw MapError(error, field: field)
        }
    }

    func invalid(_ field: String, _ reason: String) -> MapError {
        MapError(.invalidField, field: field, offset: json.tokenOffset, reason)
    }

    func string(_ field: String) throws(MapError) -> String {
        guard token == .string else { throw invalid(field, "must be a string") }
        return json.string
    }

    func bool(_ field: String) throws(MapError) -> Bool {
        switch token {
        case .true: return true
        case .false: return false
        default: throw invalid(field, "must be true or false")
        }
    }

    func integer(_ field: String, in range: ClosedRange<Int>) throws(MapError) -> Int {
        guard token == .number, let value = json.integer.flatMap({ Int(exactly: $0) }), range ~= value
        else {
            throw invalid(field, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func tokenID(_ field: String) throws(MapError) -> TokenID {
        guard token == .number, let value = json.integer, value <= UInt64(MapDocument.maximumID) else {
            throw invalid(field, "an id must be a whole number from 0 to \(MapDocument.maximumID)")
        }
        return TokenID(value)
    }

    /// One of the values of an enumeration.
    func choice<Value: RawRepresentable<String>>(_ field: String) throws(MapError) -> Value {
        let name = try string(field)
        guard let value = Value(rawValue: name) else { throw invalid(field, "\"\(name)\" is not known") }
        return value
    }

    /// Calls `body` for each member of an object, with the member's value as the token. Members of the
    /// value that `body` does not read are skipped.
    mutating func members(
        of field: String?, _ body: (inout MapFieldReader, _ name: String) throws(MapError) -> Void
    ) throws(MapError) {
        guard token == .beginObject else { throw invalid(field ?? "the document", "must be an object") }
        while try advance(field) == .key {
            let name = json.string
            try advance(field)
            let (value, depth) = (token, json.depth)
            try body(&self, name)
            if json.depth == depth { token = value; try skip(field) }
        }
    }

    /// Calls `body` for each element of an array, with the element as the token.
    mutating func elements(
        of field: String, _ body: (inout MapFieldReader, _ index: Int) throws(MapError) -> Void
    ) throws(MapError) {
        guard token == .beginArray else { throw invalid(field, "must be an array") }
        var index = 0
        while try advance(field) != .endArray {
            try body(&self, index)
            index += 1
        }
    }

    mutating func strings(_ field: String) throws(MapError) -> [String] {
        var strings: [String] = []
        try elements(of: field) { (reader, index) throws(MapError) in
            strings.append(try reader.string("\(field)[\(index)]"))
        }
        return strings
    }

    /// An array of strings, without a `String` for each.
    mutating func stringTable(_ field: String) throws(MapError) -> StringTable {
        var table = StringTable()
        var scratch: [UInt8] = []
        guard token == .beginArray else { throw invalid(field, "must be an array") }
        json.reserve(&table)
        while true {
            json.takePlainStrings(into: &table)
            guard try advance(field) != .endArray else { return table }
            guard token == .string else { throw invalid("\(field)[\(table.count)]", "must be a string") }
            json.appendString(to: &table, scratch: &scratch)
        }
    }

    /// An object of names and ids, without a `String` for each.
    mutating func vocab(_ field: String) throws(MapError) -> MapDocument.Vocab {
        var vocab = MapDocument.Vocab()
        var scratch: [UInt8] = []
        guard token == .beginObject else { throw invalid(field, "must be an object") }
        json.reserve(&vocab.tokens)
        while true {
            json.takePlainNumbers(
                upTo: MapDocument.maximumID, names: &vocab.tokens, numbers: &vocab.ids)
            guard try advance(field) == .key else { return vocab }
            json.appendString(to: &vocab.tokens, scratch: &scratch)
            try advance(field)
            vocab.ids.append(try tokenID(field))
        }
    }
}
