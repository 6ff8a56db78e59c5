import ArgumentParser
import CodecMaps
import CodecServer
import Foundation

/// Which clients a server takes, and which safety policy it names.
struct VersionOptions: ParsableArguments {
    enum Policy: String, ExpressibleByArgument, CaseIterable {
        case advisory, strict
    }

    @Option(
        help: """
            Tell clients that 0.4 is wanted (advisory), or refuse those that are older (strict). Also: \
            CODEC_VERSION_POLICY.
            """)
    var versionPolicy: Policy?
    @Option(
        help: ArgumentHelp(
            """
            The descriptor of the safety policy that clients are told of; the server itself enforces nothing of it. Also: \
            CODEC_SAFETY_POLICY_FILE; CODEC_SAFETY_POLICY is the id that it must have, and with \
            CODEC_SAFETY_POLICY_REQUIRED=1 clients that know of no policies are refused.
            """, valueName: "file"))
    var safetyPolicyFile: String?

    func rules(environment: [String: String]) throws -> VersionRules {
        var rules = VersionRules()
        rules.stage = try stage(environment["CODEC_VERSION_POLICY"] ?? "")
        let file =
            safetyPolicyFile ?? environment["CODEC_SAFETY_POLICY_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        let id = environment["CODEC_SAFETY_POLICY"].flatMap { $0.isEmpty ? nil : $0 }
        if let file { rules.safetyPolicy = try descriptor(file, id: id) }
        if let id, file == nil {
            throw Failure("the safety policy \(id) needs its descriptor: give --safety-policy-file")
        }
        rules.requiresSafetyPolicy = try flag("CODEC_SAFETY_POLICY_REQUIRED", environment)
        if rules.requiresSafetyPolicy, rules.safetyPolicy == nil {
            throw Failure(
                "CODEC_SAFETY_POLICY_REQUIRED is set, but there is no policy: give --safety-policy-file")
        }
        return rules
    }

    private func stage(_ variable: String) throws -> VersionRules.Stage {
        if let versionPolicy { return versionPolicy == .strict ? .strict : .advisory }
        guard !variable.isEmpty else { return .off }
        guard let stage = VersionRules.Stage(rawValue: variable) else {
            throw Failure("CODEC_VERSION_POLICY must be off, advisory or strict, not \"\(variable)\"")
        }
        return stage
    }

    private func flag(_ name: String, _ environment: [String: String]) throws -> Bool {
        switch environment[name] ?? "" {
        case "", "0": false
        case "1": true
        case let value: throw Failure("\(name) must be 0 or 1, not \"\(value)\"")
        }
    }

    private func descriptor(_ file: String, id: String?) throws -> SafetyPolicyDescriptor {
        let descriptor: SafetyPolicyDescriptor
        do {
            descriptor = try SafetyPolicyDescriptor(
                parsing: try WholeFile.read(file))
        } catch {
            throw Failure(naming: file, error)
        }
        guard id == nil || id == descriptor.id else {
            throw Failure("\(file) is the policy \(descriptor.id), not \(id ?? "")")
        }
        return descriptor
    }
}
