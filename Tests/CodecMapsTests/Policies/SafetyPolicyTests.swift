import CodecCompression
import Foundation
import Testing

@testable import CodecMaps

struct SafetyPolicyTests {
    /// One line of a golden file: what a descriptor must become, or why it must be refused.
    struct Case: Decodable {
        var what: String
        var sha256: String?
        var canonical: String?
        /// The field that the error names.
        var field: String?
        /// The descriptor as it is written; other readers would lose its order and its numbers.
        var descriptor: [UInt8] = []

        enum CodingKeys: CodingKey { case what, sha256, canonical, field }
    }

    static func cases(_ text: String) throws -> [Case] {
        try text.split(separator: "\n").map { line in
            var result = try JSONDecoder().decode(Case.self, from: Data(line.utf8))
            result.descriptor = try Array(line.utf8).withUnsafeBufferPointer { bytes in
                var parser = JSONPullParser(bytes)
                var token = try parser.next()
                while token != .end {
                    token = try parser.next()
                    guard token == .key, parser.depth == 1, parser.string == "descriptor" else { continue }
                    let value = try parser.next()
                    let start = parser.tokenOffset
                    try parser.skipRest(of: value)
                    return Array(bytes[start..<parser.offset])
                }
                throw CocoaError(.coderInvalidValue)
            }
            return result
        }
    }

    @Test("canonical bytes and hashes are the golden ones, and what is wrong is named")
    func golden() throws {
        let cases = try Self.cases(try Fixture.text("policies.jsonl"))
        try #require(cases.count == 87)
        for golden in cases { try Self.check(golden) }
    }

    @Test("the whole conformance set", .enabled(if: Fixture.conformance != nil))
    func conformance() throws {
        let folder = try #require(Fixture.conformance) + "/policies/"
        // Accepted by the reference against its own description: no version, an unknown field, no ids of maps,
        // no id of a policy, an unknown version, a truth for a count.
        let refused = [
            "empty strings", "unknown fields are dropped by the reference", "empty tokenizer id", "odd id",
            "version other than 1", "boolean as a count",
        ]
        for golden in try Self.cases(try String(contentsOfFile: folder + "valid.jsonl", encoding: .utf8)) {
            guard !refused.contains(golden.what) else {
                #expect(throws: MapError.self, "\(golden.what)") {
                    try SafetyPolicyDescriptor(parsing: golden.descriptor)
                }
                continue
            }
            try Self.check(golden)
        }
        for golden in try Self.cases(try String(contentsOfFile: folder + "invalid.jsonl", encoding: .utf8)) {
            #expect(throws: MapError.self, "\(golden.what)") {
                try SafetyPolicyDescriptor(parsing: golden.descriptor)
            }
        }
    }

    static func check(_ golden: Case) throws {
        guard let sha256 = golden.sha256 else {
            let field = try #require(golden.field)
            #expect("\(golden.what)") { try SafetyPolicyDescriptor(parsing: golden.descriptor) } throws: {
                let error = $0 as? MapError
                return error?.code == .invalidField && (error?.field ?? "the document") == field
            }
            return
        }
        let descriptor = try SafetyPolicyDescriptor(parsing: golden.descriptor)
        let bytes = descriptor.canonicalBytes()
        #expect(descriptor.hash.description == sha256, "\(golden.what)")
        if let canonical = golden.canonical { #expect(String(decoding: bytes, as: UTF8.self) == canonical) }
        let again = try SafetyPolicyDescriptor(parsing: bytes, expecting: descriptor.hash)
        #expect(again.canonicalBytes() == bytes, "\(golden.what)")
    }

    static let minimal =
        #"{"id":"a","version":"1","tokenizers":["t"],"categories":[{"name":"x","action":"stop"}],"#
        + #""classifier":{"family":"none"}"#

    @Test(
        "fields that would publish what the policy is made of, and fields that occur twice",
        arguments: [
            ("\"banned_token_ids\":[1]", "banned_token_ids"), ("\"id\":\"b\"", "id"),
            ("\"publisher\":{\"e-mail\":\"x\"}", "publisher.e-mail"),
            ("\"rules_summary\":{\"patterns\":[]}", "rules_summary.patterns"),
            ("\"client_hooks\":{\"thresholds\":1}", "client_hooks.thresholds"),
            ("\"publisher\":{\"name\":\"x\",\"name\":\"x\"}", "publisher.name"),
            (
                "\"rules_summary\":{\"regex_pattern_count\":18446744073709551616}",
                "rules_summary.regex_pattern_count"
            ),
        ])
    func refusedFields(member: String, field: String) {
        #expect {
            try SafetyPolicyDescriptor(parsing: Array((Self.minimal + "," + member + "}").utf8))
        } throws: {
            ($0 as? MapError)?.field == field
        }
    }

    @Test("bytes of another hash, and too many")
    func hash() throws {
        let bytes = Array((Self.minimal + "}").utf8)
        #expect(try SafetyPolicyDescriptor(parsing: bytes, expecting: ContentHash(of: bytes)).id == "a")
        let other = try SafetyPolicyDescriptor(parsing: bytes).hash
        #expect { try SafetyPolicyDescriptor(parsing: bytes, expecting: other) } throws: {
            ($0 as? MapError)?.code == .hashMismatch
        }
        let long = [UInt8](repeating: 0x20, count: SafetyPolicyDescriptor.maximumBytes + 1)
        #expect { try SafetyPolicyDescriptor(parsing: long, expecting: other) } throws: {
            ($0 as? MapError)?.code == .tooLarge
        }
    }

    @Test("what stands at a policy's path")
    func answers() throws {
        let bytes = Array((Self.minimal + "}").utf8)
        #expect(try SafetyPolicyAnswer(parsing: bytes) == .inline(.init(parsing: bytes)))
        let pointer = DocumentPointer(
            id: "a", url: try DocumentURL("https://a.example/p.json"), hash: ContentHash(of: bytes))
        #expect(try SafetyPolicyAnswer(parsing: pointer.bytes()) == .pointer(pointer))
        #expect(throws: MapError.self) { try SafetyPolicyAnswer(parsing: Array("{\"id\":\"a\"}".utf8)) }
        let spaces = [UInt8](repeating: 0x20, count: DocumentPointer.maximumBytes)
        #expect(try SafetyPolicyAnswer(parsing: spaces + bytes) == .inline(.init(parsing: bytes)))
    }

    @Test("the published paths of policies", .enabled(if: Fixture.conformance != nil))
    func urls() throws {
        struct Row: Decodable {
            var origin: String
            var policy_id: String?
            var hash_hex: String?
            var url: String?
        }
        let path = try #require(Fixture.conformance) + "/policies/urls.json"
        let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: URL(filePath: path)))
        // Accepted by the reference, though they are no ids or hashes, or no paths.
        let refused = [
            "a//b", "x\n", ".", "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB",
        ]
        for row in rows {
            let path =
                row.hash_hex.map { ContentHash("sha256:" + $0).map(WellKnown.policy) }
                ?? row.policy_id.map { try? WellKnown.policy($0) }
            let isRefused = refused.contains(row.hash_hex ?? row.policy_id ?? "")
            #expect((path ?? nil).map { row.origin.trimmedOfSlash + $0 } == (isRefused ? nil : row.url))
        }
    }
}

extension String {
    /// Without one slash at the end, as the base of a URL.
    fileprivate var trimmedOfSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
