internal import Yams

extension GatewayConfiguration {
    /// A configuration file's bytes at most.
    public static let maximumBytes = 1 << 20
    /// A list's elements at most.
    static let maximumElements = 1000
    /// Repeated parts (`*name`) at most: few enough that no nest of them becomes large.
    private static let maximumAliases = 16

    /// Reads YAML 1.1 (`docs/gateway.md` has its keys).
    /// - Parameters:
    ///   - bytes: the file.
    ///   - source: how errors name it.
    ///   - folder: what paths in it are relative to, ending in `/`; nil leaves them as they are.
    ///   - environment: where keys are found by the names of variables.
    /// - Throws: all that is wrong, each with its line and column.
    public init(
        yaml bytes: [UInt8], source: String, folder: String? = nil, environment: [String: String]
    ) throws(ConfigurationError) {
        let root = try Self.compose(bytes, source: source)
        let issues = ConfigurationIssues()
        let reader = ConfigurationReader(folder: folder, environment: environment, issues: issues)
        let configuration = reader.read(root)
        try issues.check(source: source)
        guard let configuration else {
            throw ConfigurationError(source: source, issues: [.init("the file cannot be read")])
        }
        self = configuration
    }

    /// The document's tree.
    static func compose(_ bytes: [UInt8], source: String) throws(ConfigurationError) -> Node {
        func failure(_ message: String, _ mark: Mark? = nil) -> ConfigurationError {
            ConfigurationError(
                source: source, issues: [.init(line: mark?.line, column: mark?.column, message)])
        }
        guard bytes.count <= maximumBytes else {
            throw failure("the file has \(bytes.count) bytes; at most \(maximumBytes) are read")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw failure("the file is not UTF-8")
        }
        guard aliasCount(bytes) <= maximumAliases else {
            throw failure("the file repeats more than \(maximumAliases) parts by *name")
        }
        do {
            guard let node = try Yams.compose(yaml: text) else { throw failure("the file is empty") }
            return node
        } catch let error as ConfigurationError {
            throw error
        } catch let error as YamlError {
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw failure("this is no YAML: \(problem)", mark)
            case .duplicatedKeysInMapping(let keys, let context):
                throw failure("keys occur twice: \(keys.joined(separator: ", "))", context.mark)
            default: throw failure("this is no YAML: \(error)")
            }
        } catch {
            throw failure("this is no YAML: \(error)")
        }
    }

    /// How many aliases there can be: an asterisk before what a name may begin with, wherever it stands.
    private static func aliasCount(_ bytes: [UInt8]) -> Int {
        zip(bytes, bytes.dropFirst()).count { star, next in
            guard star == UInt8(ascii: "*") else { return false }
            switch next {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): return true
            default: return false
            }
        }
    }
}
