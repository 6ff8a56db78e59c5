internal import Crypto

/// `sha256:` and 64 lowercase hex digits: the name of some exact bytes (spec §6).
public struct ContentHash: Hashable, Sendable, CustomStringConvertible {
    public let hex: String

    /// The hash of bytes.
    public init(of bytes: some Collection<UInt8>) {
        var hash = SHA256()
        if bytes.withContiguousStorageIfAvailable({ hash.update(bufferPointer: .init($0)) }) == nil {
            let copy = Array(bytes)
            copy.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        let digits = Array("0123456789abcdef".utf8)
        var hex: [UInt8] = []
        for byte in hash.finalize() {
            hex.append(digits[Int(byte >> 4)])
            hex.append(digits[Int(byte & 15)])
        }
        self.hex = String(decoding: hex, as: UTF8.self)
    }

    /// Parses `sha256:<64 hex digits>`; nil when it is anything else.
    public init?(_ text: String) {
        let prefix = "sha256:"
        guard text.utf8.starts(with: prefix.utf8) else { return nil }
        let digits = text.utf8.dropFirst(prefix.utf8.count)
        guard digits.count == 64,
            digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        hex = String(decoding: digits, as: UTF8.self)
    }

    public var description: String { "sha256:" + hex }
}
