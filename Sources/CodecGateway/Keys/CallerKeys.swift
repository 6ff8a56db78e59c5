internal import CodecMaps
internal import Yams

/// The callers' keys of a server, as its file has them.
public struct CallerKeys: Sendable, Equatable {
    public private(set) var all: [CallerKey] = []

    public init() {}

    /// Reads the file: `{"keys": [{"name", "hash": "sha256:…", …}]}`, as JSON or any other YAML.
    /// - Throws: all that is wrong, each with its line and column.
    public init(_ bytes: [UInt8], source: String) throws(ConfigurationError) {
        let root = try GatewayConfiguration.compose(bytes, source: source)
        let issues = ConfigurationIssues()
        if let file = ConfigurationMapping(root, path: "", issues: issues) {
            for (node, path) in file.list("keys") {
                guard let keys = ConfigurationMapping(node, path: path, issues: issues) else { continue }
                guard let key = Self.read(keys) else { continue }
                guard !all.contains(where: { $0.name == key.name }) else {
                    issues.add("there is a key \"\(key.name)\" already", at: keys.value("name"))
                    continue
                }
                all.append(key)
            }
            file.finish()
        }
        try issues.check(source: source)
    }

    private static func read(_ keys: ConfigurationMapping) -> CallerKey? {
        defer { keys.finish() }
        let name = keys.required("name")
        if let name, !GatewayConfiguration.Upstream.isValid(name: name) {
            keys.issues.add(
                "\(keys.name("name")) must be 1 to 64 letters, digits, dots, hyphens and underscores",
                at: keys.value("name"))
        }
        let text = keys.required("hash")
        let hash = text.flatMap(bytes(hash:))
        if text != nil, hash == nil {
            keys.issues.add("\(keys.name("hash")) must be sha256: and 64 hex digits", at: keys.value("hash"))
        }
        var key = CallerKey(name: name ?? "", hash: hash ?? [])
        if keys.value("models") != nil { key.models = keys.strings("models").map(\.text) }
        key.requestsPerMinute = keys.integer("requests_per_minute", in: 1...1_000_000_000)
        key.tokensPerMinute = keys.integer("tokens_per_minute", in: 1...1_000_000_000)
        key.isAdmin = keys.bool("admin") ?? false
        if let date = keys.string("expires") {
            key.expires = CallerKey.seconds(date: date)
            if key.expires == nil {
                keys.issues.add(
                    "\(keys.name("expires")) must be like 2027-01-31 or 2027-01-31T12:00:00Z",
                    at: keys.value("expires"))
            }
        }
        return name == nil || hash == nil ? nil : key
    }

    private static func bytes(hash text: String) -> [UInt8]? {
        let prefix = "sha256:"
        guard text.hasPrefix(prefix), text.utf8.count == prefix.utf8.count + 64 else { return nil }
        var digits = text.utf8.dropFirst(prefix.utf8.count)[...]
        var bytes: [UInt8] = []
        while !digits.isEmpty {
            guard let byte = UInt8(String(decoding: digits.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
            digits = digits.dropFirst(2)
        }
        return bytes
    }

    /// - Throws: when the name is taken or is none.
    public mutating func add(_ key: CallerKey) throws(ConfigurationError) {
        guard GatewayConfiguration.Upstream.isValid(name: key.name) else {
            throw ConfigurationError(
                source: key.name,
                issues: [.init("a name is 1 to 64 letters, digits, dots, hyphens and underscores")])
        }
        guard !all.contains(where: { $0.name == key.name }) else {
            throw ConfigurationError(source: key.name, issues: [.init("there is a key of this name already")])
        }
        all.append(key)
    }

    /// - Returns: whether there was one of this name.
    public mutating func remove(named name: String) -> Bool {
        let count = all.count
        all.removeAll { $0.name == name }
        return all.count < count
    }

    /// The file.
    public func document() -> [UInt8] {
        var json = JSONWriter(indentation: 2)
        json.object { json in
            json.key("keys")
            json.array { json in for key in all { Self.write(key, to: &json) } }
        }
        json.newline()
        return json.bytes
    }

    private static func write(_ key: CallerKey, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", key.name)
            json.member("hash", "sha256:" + key.hash.map(hex).joined())
            json.member("models", key.models)
            for (name, value) in [
                ("requests_per_minute", key.requestsPerMinute), ("tokens_per_minute", key.tokensPerMinute),
            ] {
                guard let value else { continue }
                json.key(name)
                json.number(value)
            }
            json.member("expires", key.expires.map(CallerKey.date(seconds:)))
            if key.isAdmin {
                json.key("admin")
                json.bool(true)
            }
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
