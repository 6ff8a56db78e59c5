public import Foundation

/// Cases from files, as arguments of tests. A set that is missing or too small is an error, so that no test passes
/// because it had nothing to check.
public enum Fixture {
    /// Reads `Fixtures/<name>` of a test target: JSON, one case a line.
    /// - Parameter bundle: the test target's `Bundle.module`.
    public static func load<Case: Decodable>(
        _ name: String, atLeast minimum: Int, in bundle: Bundle, as type: Case.Type = Case.self
    ) throws -> [Case] {
        guard let folder = bundle.resourceURL else {
            throw FixtureError(description: "no resources in \(bundle)")
        }
        return try cases(folder.appendingPathComponent("Fixtures").appendingPathComponent(name), minimum)
    }

    /// Reads a file of the full conformance set, `.gz` included; empty where `CODEC_CONFORMANCE` does not name its
    /// folder, which `hasConformance` tells.
    public static func conformance<Case: Decodable>(
        _ path: String, atLeast minimum: Int, as type: Case.Type = Case.self
    ) throws -> [Case] {
        guard let folder = conformanceFolder else { return [] }
        return try cases(folder.appendingPathComponent(path), minimum)
    }

    /// Whether the full conformance set is there: the condition of tests that run over it.
    public static var hasConformance: Bool { conformanceFolder != nil }

    /// The folder of the full conformance set.
    public static var conformanceFolder: URL? {
        guard let path = ProcessInfo.processInfo.environment["CODEC_CONFORMANCE"], !path.isEmpty else {
            return nil
        }
        return URL(fileURLWithPath: path, isDirectory: true)
    }

    private static func cases<Case: Decodable>(_ file: URL, _ minimum: Int) throws -> [Case] {
        let text = file.pathExtension == "gz" ? try unzip(file) : try Data(contentsOf: file)
        let decoder = JSONDecoder()
        let cases = try text.split(separator: UInt8(ascii: "\n")).map {
            try decoder.decode(Case.self, from: $0)
        }
        guard cases.count >= minimum else {
            throw FixtureError(
                description: "\(file.path) has \(cases.count) cases, expected \(minimum) at least")
        }
        return cases
    }

    private static func unzip(_ file: URL) throws -> Data {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", file.path]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw FixtureError(description: "cannot unzip \(file.path)")
        }
        return data
    }
}

/// Why a set of cases cannot be used.
public struct FixtureError: Error, CustomStringConvertible {
    public let description: String
}
