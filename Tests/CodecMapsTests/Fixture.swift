import CodecCore
import Foundation
import Testing

@testable import CodecMaps

/// Files of the tests, and of the conformance set where `CODEC_CONFORMANCE` says where it is.
enum Fixture {
    static func path(_ name: String) throws -> String {
        try #require(Bundle.module.path(forResource: "Fixtures/\(name)", ofType: nil))
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: try path(name))))
        try #require(!bytes.isEmpty)
        return bytes
    }

    static func text(_ name: String) throws -> String {
        try #require(String(validating: bytes(name), as: UTF8.self))
    }

    static func object(_ name: String) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(bytes(name)))
        return try #require(value as? [String: Any])
    }

    static let conformance = ProcessInfo.processInfo.environment["CODEC_CONFORMANCE"]

    /// The default model, where `scripts/setup` has put it.
    static let model: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appending(path: ".models").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.first { $0.hasSuffix(".gguf") }.map { folder + "/" + $0 }
    }()

    /// Runs `body` with an empty folder that is removed afterwards.
    static func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.path)
    }
}

extension MapDocument.Vocab {
    /// Ids by token's bytes: as strings, tokens that differ in their bytes only would be equal.
    var byToken: [[UInt8]: Int] {
        Dictionary(uniqueKeysWithValues: ids.indices.map { (Array(tokens[$0]), Int(ids[$0])) })
    }
}

extension Dictionary<String, Int> {
    var byUTF8: [[UInt8]: Int] {
        Dictionary<[UInt8], Int>(uniqueKeysWithValues: map { (Array($0.utf8), $1) })
    }
}

extension MapDocument {
    var mergeLines: [String] {
        (0..<merges.count).map { String(decoding: merges[$0], as: UTF8.self) }
    }

    var specialsByName: [String: Int] {
        Dictionary(uniqueKeysWithValues: specialTokens.map { ($0.name, Int($0.id)) })
    }
}

/// A small repeatable generator, so that a failing seed can be run again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
