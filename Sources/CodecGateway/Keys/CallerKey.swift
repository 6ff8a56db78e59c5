internal import Crypto
internal import Foundation

/// What a caller may do, by a key that only he has: what is kept is the key's hash.
public struct CallerKey: Sendable, Equatable {
    /// What logs and metrics call the caller.
    public var name: String
    /// SHA-256 of the key's text. A key is 256 random bits, so nothing slower is needed.
    public var hash: [UInt8]
    /// The models that he may use; nil = all.
    public var models: [String]?
    /// nil = no limit.
    public var requestsPerMinute: Int?
    /// Tokens of prompts and answers together; nil = no limit.
    public var tokensPerMinute: Int?
    /// Seconds since 1970 from which on the key is no key any more; nil = never.
    public var expires: Int?
    /// Whether he may read metrics and the state of upstreams.
    public var isAdmin = false

    public init(name: String, hash: [UInt8]) {
        self.name = name
        self.hash = hash
    }

    /// A new key: the text is shown once and kept nowhere.
    public static func make(name: String) -> (text: String, key: CallerKey) {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let digits = bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
        let text = "ck-" + digits
        return (text, CallerKey(name: name, hash: digest(of: text)))
    }

    static func digest(of text: String) -> [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }

    /// Whether two hashes are the same, in a time that does not tell where they differ.
    static func isSame(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Seconds since 1970 of `2027-01-31` (its begin) or `2027-01-31T12:00:00Z`.
    public static func seconds(date text: String) -> Int? {
        let full = text.contains("T") ? text : text + "T00:00:00Z"
        guard let date = try? Date(full, strategy: .iso8601) else { return nil }
        return Int(date.timeIntervalSince1970)
    }

    /// `2027-01-31T12:00:00Z`.
    public static func date(seconds: Int) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}
