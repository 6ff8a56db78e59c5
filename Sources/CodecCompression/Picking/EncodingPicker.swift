/// Chooses an answer's content encoding, and says why (spec §5).
///
/// The client's weights come first (RFC 9110 §12.5.3); among encodings of equal weight the profile's figures say
/// which body, with the headers that go with it, is the smallest.
public struct EncodingPicker: Sendable {
    public struct Choice: Equatable, Sendable {
        public var encoding: ContentEncoding
        public var reason: Reason

        public init(encoding: ContentEncoding, reason: Reason) {
            self.encoding = encoding
            self.reason = reason
        }
    }

    /// Bounded, and fit for a log or a metric's label.
    public enum Reason: String, Equatable, Sendable {
        /// The client named nothing that we have.
        case notAsked = "not_asked"
        /// It is the one that the client asked for, or gives the most weight.
        case asked
        /// Of several of the same weight it makes the smallest body.
        case smallest
        /// The client gives plain bytes more weight.
        case identityPreferred = "identity_preferred"
        /// Any compressor that the client takes would make the answer larger.
        case tooSmallToCompress = "too_small_to_compress"
        /// The client takes no plain bytes.
        case identityRefused = "identity_refused"
    }

    /// What an answer of unknown length is taken for, in ids.
    public static let typicalIDs = 256

    public let profile: WireProfile

    public init(profile: WireProfile = .builtIn) {
        self.profile = profile
    }

    /// The encoding of a stream of ids.
    /// - Parameters:
    ///   - acceptEncoding: the request's header; nil and empty ask for nothing.
    ///   - format: a name of the profile: a `stream_format`, `sse` or `json`.
    ///   - idsPerFlush: ids that are sent at once, on average; infinity for a body that is sent whole.
    ///   - expectedIDs: the answer's length; nil counts as `typicalIDs`.
    ///   - hasDictionary: whether there is a dictionary for this format that the client can be answered with;
    ///     zstd is chosen with one only.
    /// - Returns: nil when the client takes nothing that we have: 406.
    public func pick(
        acceptEncoding: String?, format: String, idsPerFlush: Double, expectedIDs: Int? = nil,
        hasDictionary: Bool = false
    ) -> Choice? {
        let available: [ContentEncoding] = hasDictionary ? [.zstd, .gzip, .br] : [.gzip, .br]
        return pick(acceptEncoding: acceptEncoding, among: available) { encoding in
            profile.bytes(
                format: format, encoding: encoding, idsPerFlush: idsPerFlush,
                ids: expectedIDs ?? Self.typicalIDs)
        }
    }

    /// The encoding of a document that is at hand in several.
    /// - Parameter available: besides identity, the smallest first.
    /// - Returns: nil when the client takes nothing that we have: 406.
    public func pick(acceptEncoding: String?, among available: [ContentEncoding]) -> Choice? {
        pick(acceptEncoding: acceptEncoding, among: available) { _ in nil }
    }

    /// - Parameter size: bytes that an answer takes; nil where that is not known: then the order given decides,
    ///   and identity comes last.
    private func pick(
        acceptEncoding: String?, among available: [ContentEncoding], size: (ContentEncoding) -> Double?
    ) -> Choice? {
        guard let acceptEncoding else { return Choice(encoding: .identity, reason: .notAsked) }
        let list = AcceptList(acceptEncoding)
        let star = list.weight(of: "*")
        let identity = list.weight(of: "identity")
        let takesIdentity = (identity ?? star ?? 1) > 0
        let weighted = available.compactMap { encoding -> (encoding: ContentEncoding, weight: Int)? in
            let named =
                list.weight(of: encoding.rawValue) ?? (encoding == .gzip ? list.weight(of: "x-gzip") : nil)
            // `*` asks for nothing in particular: it counts only where plain bytes are refused.
            guard let weight = named ?? (takesIdentity ? nil : star), weight > 0 else { return nil }
            return (encoding, weight)
        }
        guard let top = weighted.map(\.weight).max() else {
            return takesIdentity ? Choice(encoding: .identity, reason: .notAsked) : nil
        }
        let best = weighted.filter { $0.weight == top }.map(\.encoding)
        var chosen = best[0]
        var chosenSize = size(chosen)
        for encoding in best.dropFirst() {
            guard let next = size(encoding), next < chosenSize ?? .infinity else { continue }
            (chosen, chosenSize) = (encoding, next)
        }
        guard takesIdentity else { return Choice(encoding: chosen, reason: .identityRefused) }
        if let identity, identity > top { return Choice(encoding: .identity, reason: .identityPreferred) }
        // Plain bytes that are not mentioned, or weigh the same, may be the smallest.
        if identity ?? top == top, let chosenSize, let plain = size(.identity), plain <= chosenSize {
            return Choice(encoding: .identity, reason: .tooSmallToCompress)
        }
        return Choice(encoding: chosen, reason: best.count > 1 ? .smallest : .asked)
    }
}
