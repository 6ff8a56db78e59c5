import CodecCompression

/// What a request says about the encodings that it takes.
struct EncodingOffer: Sendable {
    /// Best first; identity is taken unless it is refused.
    let encodings: [ContentEncoding]
    let refusesIdentity: Bool
    /// The dictionary that zstd may use.
    let dictionary: ZstdDictionary?

    /// - Parameters:
    ///   - asked: what the caller takes; nil for all that can be read.
    ///   - dictionary: the one that is known for the answer's format. Without it zstd is offered only when asked for:
    ///     an answer that names another one has to wait until that is fetched.
    init(_ asked: [ContentEncoding]?, dictionary: ZstdDictionary?) {
        let all: [ContentEncoding] = (dictionary == nil ? [] : [.zstd]) + [.gzip, .br]
        encodings = asked.map { $0.filter { $0 != .identity } } ?? all
        refusesIdentity = asked.map { !$0.isEmpty && !$0.contains(.identity) } ?? false
        self.dictionary = encodings.contains(.zstd) ? dictionary : nil
    }

    /// The value of `Accept-Encoding`.
    var header: String {
        guard !encodings.isEmpty else { return "identity" }
        return (encodings.map(\.rawValue) + (refusesIdentity ? ["identity;q=0"] : [])).joined(separator: ", ")
    }
}
