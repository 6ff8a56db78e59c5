import CodecCore
import Testing

@testable import CodecMaps

struct VersionPolicyTests {
    static let policyText: String = """
        {"minimum_version":"0.4","required_features":["safety-policy-enforcement","of-tomorrow"],\
        "deployment_id":"eu-1","docs_url":"https://a.example/upgrade","valid_until":"2027-01-01T00:00:00Z"}

        """
    static let refusalText: String = """
        {"error":"codec_version_required","minimum_version":"0.4","required_features":[],"client_version":"0.2"}

        """

    @Test("the document is read, and written as it was")
    func policy() throws {
        let policy = try VersionPolicy(parsing: Array(Self.policyText.utf8))
        #expect(policy.minimumVersion == .v0_4)
        #expect(policy.requiredFeatures == ["safety-policy-enforcement", "of-tomorrow"])
        #expect(policy.deploymentID == "eu-1")
        #expect(policy.docsURL?.host == "a.example")
        #expect(policy.validUntil == "2027-01-01T00:00:00Z")
        #expect(policy.bytes() == Array(Self.policyText.utf8))
        let minimal = #"{"minimum_version":"0.2","required_features":[]}"# + "\n"
        #expect(VersionPolicy(minimumVersion: .v0_2).bytes() == Array(minimal.utf8))
    }

    @Test("the body of a 426 is read, and written as it was")
    func refusal() throws {
        let refusal = try VersionRefusal(parsing: Array(Self.refusalText.utf8))
        #expect(refusal == VersionRefusal(policy: .init(minimumVersion: .v0_4), clientVersion: .v0_2))
        #expect(refusal.bytes() == Array(Self.refusalText.utf8))
    }

    @Test(
        "errors name the field",
        arguments: [
            ("\"0.4\"", "\"v0.4\"", "minimum_version"), ("\"0.4\"", "0.4", "minimum_version"),
            ("\"minimum_version\":\"0.4\",", "", "minimum_version"), ("[", "[1,", "required_features[0]"),
            ("\"required_features\"", "\"features\"", "required_features"),
            ("{", "{\"docs_url\":\"x\",", "docs_url"),
            ("{", "{\"deployment_id\":{},", "deployment_id"), ("{", "{\"valid_until\":1,", "valid_until"),
            ("{", "{\"minimum_version\":\"0.5\",", "minimum_version"),
        ])
    func damage(old: String, new: String, field: String) throws {
        for (text, read) in [
            (Self.policyText, { _ = try VersionPolicy(parsing: $0) }),
            (Self.refusalText, { _ = try VersionRefusal(parsing: $0) }),
        ] as [(String, ([UInt8]) throws -> Void)] {
            guard text.contains(old) else { continue }
            let damaged = text.replacing(old, with: new, maxReplacements: 1)
            #expect { try read(Array(damaged.utf8)) } throws: {
                let error = $0 as? MapError
                // Of a field that is there already, the second is the wrong one.
                return error?.code == .invalidField && error?.field == field
            }
        }
    }

    @Test(
        "a 426 that is not one of the protocol's",
        arguments: [
            (#"{"error":{"message":"upgrade"}}"#, "error"), (#"{"error":"upgrade"}"#, "error"),
            ("{}", "error"),
            (refusalText.replacing("\"client_version\":\"0.2\"", with: "\"client\":1"), "client_version"),
            (refusalText.replacing("\"0.2\"", with: "\"new\""), "client_version"),
        ])
    func otherRefusals(text: String, field: String) {
        #expect { try VersionRefusal(parsing: Array(text.utf8)) } throws: {
            ($0 as? MapError)?.field == field
        }
    }
}
