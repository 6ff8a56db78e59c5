internal import CodecCompression
internal import CodecMaps
internal import Synchronization

/// A map's document as it is served, compressed at most once.
final class ServedMap: Sendable {
    let map: TokenizerMap
    private let compressed = Mutex<[UInt8]?>(nil)

    init(_ map: TokenizerMap) {
        self.map = map
    }

    /// The document's gzip form.
    func gzip() throws -> [UInt8] {
        if let done = compressed.withLock({ $0 }) { return done }
        var output: [UInt8] = []
        try GzipCompressor().compress(try map.documentBytes(), flush: .finish, into: &output)
        compressed.withLock { $0 = output }
        return output
    }

    /// The validator of a form of the document (RFC 9110 §8.8.3): forms differ in bytes, so in tags too.
    func entityTag(_ encoding: ContentEncoding) -> String {
        encoding == .identity ? "\"\(map.hash.hex)\"" : "\"\(map.hash.hex)-\(encoding.rawValue)\""
    }
}
