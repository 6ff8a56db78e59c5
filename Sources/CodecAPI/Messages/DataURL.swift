/// A `data:` URL with base64 (RFC 2397), taken apart and put together.
struct DataURL {
    var mediaType: String
    /// Not checked: who reads the data does that.
    var base64: String

    init(mediaType: String, base64: String) {
        self.mediaType = mediaType
        self.base64 = base64
    }

    /// nil for whatever is no such URL.
    init?(_ text: String) {
        guard text.prefix(5).lowercased() == "data:", let comma = text.utf8.firstIndex(of: UInt8(ascii: ","))
        else { return nil }
        let fields = text[..<comma].dropFirst(5).split(separator: ";", omittingEmptySubsequences: false)
        guard let type = fields.first, !type.isEmpty, fields.count > 1, fields.last?.lowercased() == "base64"
        else { return nil }
        mediaType = type.lowercased()
        base64 = String(text[text.utf8.index(after: comma)...])
    }

    var text: String { "data:\(mediaType);base64,\(base64)" }
}
