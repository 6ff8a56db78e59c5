internal import HTTPTypes

extension HTTPField.Name {
    /// The operator's name of the upstream that answered.
    static let codecUpstream = literal("Codec-Upstream")
}
