internal import CodecCompression

/// Chooses an answer's content encoding, and says why (spec §5).
struct EncodingPicker {
    struct Choice: Equatable {
        var encoding: ContentEncoding
        var reason: Reason
    }

    /// Bounded, and fit for a log or a metric's label.
    enum Reason: String, Equatable {
        /// The client named nothing that we have.
        case notAsked = "not_asked"
        /// The client asked for it.
        case asked
        /// The client gives plain bytes more weight.
        case identityPreferred = "identity_preferred"
        /// Every id goes out at once in protobuf, which any compressor would make larger.
        case tooSmallToCompress = "too_small_to_compress"
        /// The client takes no plain bytes.
        case identityRefused = "identity_refused"
    }

    /// What we can compress with, best first.
    private static let available: [ContentEncoding] = [.gzip]

    /// - Parameters:
    ///   - acceptEncoding: the request's header; nil and empty ask for nothing.
    ///   - isIncompressible: compressing would make the body larger.
    /// - Returns: nil when the client takes nothing that we have: 406.
    func pick(acceptEncoding: String?, isIncompressible: Bool = false) -> Choice? {
        guard let acceptEncoding else { return Choice(encoding: .identity, reason: .notAsked) }
        let list = AcceptList(acceptEncoding)
        let star = list.weight(of: "*")
        let identity = list.weight(of: "identity")
        let takesIdentity = (identity ?? star ?? 1) > 0

        let best = Self.available.compactMap { encoding -> (encoding: ContentEncoding, weight: Int)? in
            let named =
                list.weight(of: encoding.rawValue) ?? (encoding == .gzip ? list.weight(of: "x-gzip") : nil)
            // `*` asks for nothing in particular: it counts only where plain bytes are refused.
            guard let weight = named ?? (takesIdentity ? nil : star), weight > 0 else { return nil }
            return (encoding, weight)
        }.max { $0.weight < $1.weight }

        guard let best else {
            return takesIdentity ? Choice(encoding: .identity, reason: .notAsked) : nil
        }
        guard takesIdentity else { return Choice(encoding: best.encoding, reason: .identityRefused) }
        if isIncompressible { return Choice(encoding: .identity, reason: .tooSmallToCompress) }
        if let identity, identity > best.weight {
            return Choice(encoding: .identity, reason: .identityPreferred)
        }
        return Choice(encoding: best.encoding, reason: .asked)
    }
}
