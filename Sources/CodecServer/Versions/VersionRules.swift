internal import CodecCore
public import CodecMaps

/// Which clients a server takes, and which safety policy it names to them (spec §4). All of it is off by default, and
/// then no byte of an answer is newer than 0.3.
///
/// OpenAI's API has no versions: the rules are for answers in frames only.
public struct VersionRules: Sendable {
    public enum Stage: String, Sendable, CaseIterable {
        case off
        /// `version-policy.json` tells what the server would like; nobody is refused.
        case advisory
        /// Clients older than 0.4 are refused.
        case strict
    }

    public var stage = Stage.off
    /// The policy that clients since 0.4 are told of. Only told: what it asks for happens elsewhere.
    public var safetyPolicy: SafetyPolicyDescriptor?
    /// Clients that do not know of safety policies are refused.
    public var requiresSafetyPolicy = false

    public init() {}

    private var requiresPolicy: Bool { requiresSafetyPolicy && safetyPolicy != nil }

    /// The document for clients that ask before they try; nil when there is nothing to say.
    var policy: VersionPolicy? {
        guard stage != .off || requiresPolicy else { return nil }
        return VersionPolicy(
            minimumVersion: .v0_4, requiredFeatures: requiresPolicy ? ["safety-policy-enforcement"] : [])
    }

    /// - Throws: what the client's answer is, when it is too old.
    func check(_ client: CodecVersion) throws(VersionRefusal) {
        guard stage == .strict || requiresPolicy, let policy, client < policy.minimumVersion else { return }
        throw VersionRefusal(policy: policy, clientVersion: client)
    }
}
