internal import CodecCore

/// Why a tokenizer map cannot be had: what is wrong, and where.
public struct MapError: Error, Equatable, Sendable, CustomStringConvertible {
    /// An open set; `rawValue` is bounded and fit for a metric's label.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        /// There is no file of that name.
        public static let notFound = Code(rawValue: "not_found")
        /// The file cannot be read, or is none.
        public static let unreadable = Code(rawValue: "unreadable")
        /// The document, or something in it, is larger than allowed.
        public static let tooLarge = Code(rawValue: "too_large")
        /// The bytes are no document at all: damaged JSON, gzip or GGUF.
        public static let malformed = Code(rawValue: "malformed")
        /// A field is missing, or its value cannot be right.
        public static let invalidField = Code(rawValue: "invalid_field")
        /// The document is not the one that was asked for.
        public static let hashMismatch = Code(rawValue: "hash_mismatch")
        /// The document is right, but of a kind that is not supported.
        public static let unsupported = Code(rawValue: "unsupported")
    }

    public var code: Code
    /// The field, such as `vocab` or `tool_calling.markers.start`; nil when it is not about one.
    public var field: String?
    /// Where in the uncompressed document or in the file, in bytes.
    public var offset: Int?
    public var reason: String

    public init(_ code: Code, field: String? = nil, offset: Int? = nil, _ reason: String) {
        self.code = code
        self.field = field.map(Self.printable)
        self.offset = offset
        self.reason = Self.printable(reason)
    }

    /// Documents are somebody else's text, and errors end up in terminals and logs: no control characters,
    /// and no more than a few lines.
    private static func printable(_ text: String) -> String {
        let limit = 300
        var short = String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
        if short.utf8.count < text.utf8.count { short += "…" }
        guard short.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            return short
        }
        return short.unicodeScalars.reduce(into: "") { result, scalar in
            let isControl = scalar.properties.generalCategory == .control
            result += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
    }

    public var description: String {
        (field.map { "\($0): " } ?? "") + reason + (offset.map { " (at byte \($0))" } ?? "")
    }
}

extension MapError {
    init(_ error: JSONError, field: String? = nil) {
        let code: Code = error.code == .tooManyValues ? .tooLarge : .malformed
        self.init(code, field: field, offset: error.offset, error.code.rawValue)
    }

    init(_ error: VocabularyError) {
        self.init(.invalidField, field: error.field, error.reason)
    }
}
