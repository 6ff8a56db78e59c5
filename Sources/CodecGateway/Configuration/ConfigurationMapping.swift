internal import Yams

/// Gathers the mistakes of one file.
final class ConfigurationIssues {
    private(set) var all: [ConfigurationError.Issue] = []

    func add(_ message: String, at node: Node?) {
        let mark = node?.mark
        all.append(.init(line: mark?.line, column: mark?.column, message))
    }

    /// - Throws: what has been gathered, if anything.
    func check(source: String) throws(ConfigurationError) {
        guard !all.isEmpty else { return }
        let sorted = all.enumerated().sorted {
            ($0.element.line ?? 0, $0.element.column ?? 0, $0.offset)
                < ($1.element.line ?? 0, $1.element.column ?? 0, $1.offset)
        }
        throw ConfigurationError(source: source, issues: sorted.map(\.element))
    }
}

/// A YAML mapping that is read key by key. What is wrong is noted with its place, and reading goes on.
final class ConfigurationMapping {
    let node: Node
    let issues: ConfigurationIssues
    /// How messages name it: `upstreams[0]`.
    let path: String
    private var values: [(key: Node, name: String, value: Node)] = []
    private var known: Set<String> = []

    /// Notes a mistake and gives nil where the node is no mapping.
    init?(_ node: Node, path: String, issues: ConfigurationIssues) {
        self.node = node
        self.issues = issues
        self.path = path
        guard case .mapping(let mapping) = node else {
            issues.add(
                "\(path.isEmpty ? "the file" : path) must be a mapping of keys to values, not \(node.kindName)",
                at: node)
            return nil
        }
        for (key, value) in mapping {
            guard case .scalar(let name) = key else {
                issues.add("keys are plain names, not \(key.kindName)", at: key)
                continue
            }
            values.append((key, name.string, value))
        }
    }

    /// A key's value; nil when it is absent, or null and so as good as absent.
    func value(_ key: String) -> Node? {
        known.insert(key)
        guard let value = values.first(where: { $0.name == key })?.value, !value.isNull else { return nil }
        return value
    }

    /// Notes the keys that nothing has asked for.
    func finish() {
        for entry in values where !known.contains(entry.name) {
            issues.add(
                "\(name(entry.name)) is not known; keys here: \(known.sorted().joined(separator: ", "))",
                at: entry.key)
        }
    }

    func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func string(_ key: String) -> String? {
        guard let node = value(key) else { return nil }
        return string(node, name(key))
    }

    func required(_ key: String) -> String? {
        guard let node = value(key) else {
            issues.add("\(path.isEmpty ? "the file" : path) needs \(key)", at: self.node)
            return nil
        }
        return string(node, name(key))
    }

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = value(key) else { return nil }
        guard let value = node.plain.flatMap(Int.init), range.contains(value) else {
            let bounds =
                range.upperBound == .max
                ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            issues.add("\(name(key)) must be a whole number \(bounds), not \(node.shown)", at: node)
            return nil
        }
        return value
    }

    func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
        guard let node = value(key) else { return nil }
        guard let value = node.plain.flatMap(Double.init), range.contains(value) else {
            issues.add(
                "\(name(key)) must be a number from \(range.lowerBound) to \(range.upperBound), not \(node.shown)",
                at: node)
            return nil
        }
        return value
    }

    func bool(_ key: String) -> Bool? {
        guard let node = value(key) else { return nil }
        guard let value = node.plain.flatMap(Bool.init) else {
            issues.add("\(name(key)) must be true or false, not \(node.shown)", at: node)
            return nil
        }
        return value
    }

    /// Seconds, or a number with `ms`, `s`, `m` or `h`; more than nothing.
    func duration(_ key: String) -> Duration? {
        guard let node = value(key) else { return nil }
        guard let value = node.scalarText.flatMap(Duration.init(configuration:)) else {
            issues.add("\(name(key)) must be a time like 30, 500ms, 30s or 5m, not \(node.shown)", at: node)
            return nil
        }
        return value
    }

    func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String, of _: Value.Type
    ) -> Value? where Value.RawValue == String {
        guard let node = value(key) else { return nil }
        guard let value = node.scalarText.flatMap(Value.init(rawValue:)) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            issues.add("\(name(key)) must be one of \(names), not \(node.shown)", at: node)
            return nil
        }
        return value
    }

    /// The elements of a list, with the names that messages give them; empty when it is absent or no list.
    func list(_ key: String) -> [(node: Node, path: String)] {
        guard let node = value(key) else { return [] }
        guard case .sequence(let elements) = node else {
            issues.add("\(name(key)) must be a list, not \(node.kindName)", at: node)
            return []
        }
        guard elements.count <= GatewayConfiguration.maximumElements else {
            issues.add(
                "\(name(key)) has more than \(GatewayConfiguration.maximumElements) elements", at: node)
            return []
        }
        return elements.enumerated().map { ($0.element, "\(name(key))[\($0.offset)]") }
    }

    /// Whether a list is absent or has no elements.
    func isEmpty(_ key: String) -> Bool {
        switch value(key) {
        case nil: true
        case .sequence(let elements): elements.isEmpty
        default: false
        }
    }

    func strings(_ key: String) -> [(node: Node, text: String)] {
        list(key).compactMap { element in string(element.node, element.path).map { (element.node, $0) } }
    }

    func mapping(_ key: String) -> ConfigurationMapping? {
        value(key).flatMap { ConfigurationMapping($0, path: name(key), issues: issues) }
    }

    /// The keys and values of a mapping of strings.
    func pairs(_ key: String) -> [(node: Node, name: String, value: String)] {
        guard let mapping = mapping(key) else { return [] }
        return mapping.values.compactMap { entry in
            mapping.string(entry.value, mapping.name(entry.name)).map { (entry.key, entry.name, $0) }
        }
    }

    func string(_ node: Node, _ name: String) -> String? {
        guard let text = node.scalarText, !text.isEmpty, !node.isNull else {
            let found = node.scalarText.map { _ in "empty" } ?? node.kindName
            issues.add("\(name) must be a text, not \(found)", at: node)
            return nil
        }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            issues.add("\(name) must not hold control characters", at: node)
            return nil
        }
        return text
    }
}

extension Node {
    var scalarText: String? { if case .scalar(let scalar) = self { scalar.string } else { nil } }

    /// The text of a scalar that stands without quotes.
    var plain: String? {
        guard case .scalar(let scalar) = self, scalar.style == .plain else { return nil }
        return scalar.string
    }

    var isNull: Bool { plain.map { ["", "~", "null"].contains($0) } ?? false }

    var kindName: String {
        switch self {
        case .scalar: "a single value"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }

    /// For messages.
    var shown: String { scalarText.map { "\"\($0.prefix(60))\"" } ?? kindName }
}

extension Duration {
    /// `30` and `30s` are seconds; also `ms`, `m` and `h`. Nil for anything else, and for what is not above nothing.
    init?(configuration text: String) {
        let number = text.prefix { "0123456789.".contains($0) }
        let unit = text[number.endIndex...]
        let scales: [Substring: Double] = ["": 1, "s": 1, "ms": 0.001, "m": 60, "h": 3600]
        guard let scale = scales[unit], let value = Double(number), value > 0, value * scale <= 31_536_000
        else { return nil }
        self = .seconds(value * scale)
    }
}
