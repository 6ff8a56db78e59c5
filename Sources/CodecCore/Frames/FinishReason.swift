/// Why a stream ended: the value of a terminal frame's `finish_reason`.
///
/// An open set: a reader keeps a value it does not know as it is.
public struct FinishReason: RawRepresentable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The limit on new tokens was reached.
    public static let length = FinishReason(rawValue: "length")
    /// The model produced an end-of-generation token.
    public static let endOfSequence = FinishReason(rawValue: "eos_token")
    /// One of the request's stop strings was matched.
    public static let stopSequence = FinishReason(rawValue: "stop_sequence")
    /// Generation failed midway.
    public static let error = FinishReason(rawValue: "error")
    /// A safety policy ended the stream.
    public static let policyViolation = FinishReason(rawValue: "policy_violation")

    public static func == (a: FinishReason, b: FinishReason) -> Bool {
        a.rawValue.hasSameBytes(as: b.rawValue)
    }

    public func hash(into hasher: inout Hasher) { rawValue.hashBytes(into: &hasher) }
}
