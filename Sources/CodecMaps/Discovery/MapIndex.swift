/// The list of an origin's maps (spec §11).
public struct MapIndex: Sendable, Equatable {
    /// Lists are at most so long.
    public static let maximumBytes = 4 << 20

    /// The version in which the document's form is written, as it is.
    public var codecVersion: String
    public var maps: [MapPointer]

    public init(codecVersion: String = "0.2", maps: [MapPointer]) {
        self.codecVersion = codecVersion
        self.maps = maps
    }

    /// - Throws: `malformed`, `invalidField` or `tooLarge`, with field and byte offset where there are any.
    public init(parsing bytes: [UInt8]) throws(MapError) {
        enum Name: String {
            case codecVersion = "codec_version"
            case maps
        }
        self = try MapFieldReader.read(bytes, upTo: Self.maximumBytes) { (reader) throws(MapError) in
            var codecVersion: String?
            var maps: [MapPointer]?
            try reader.fields(of: nil) { (reader, name: Name, field) throws(MapError) in
                switch name {
                case .codecVersion: codecVersion = try reader.string(field)
                case .maps:
                    var pointers: [MapPointer] = []
                    try reader.elements(of: field) { (reader, index) throws(MapError) in
                        pointers.append(try reader.pointer("\(field)[\(index)]"))
                    }
                    maps = pointers
                }
            }
            return MapIndex(
                codecVersion: try reader.required(codecVersion, Name.codecVersion.rawValue),
                maps: try reader.required(maps, Name.maps.rawValue))
        }
    }

    /// The document, as it is served.
    public func bytes() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("codec_version", codecVersion)
            json.key("maps")
            json.array { json in
                for pointer in maps { pointer.write(&json) }
            }
        }
        json.newline()
        return json.bytes
    }
}
