/// What is wrong with a configuration: all of it, in the order of the file.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One mistake.
    public struct Issue: Sendable, Equatable {
        /// From 1; nil for what was not read from a file.
        public var line: Int?
        /// In characters, from 1.
        public var column: Int?
        /// What is wrong, and what would be right.
        public var message: String

        public init(line: Int? = nil, column: Int? = nil, _ message: String) {
            self.line = line
            self.column = column
            self.message = message
        }
    }

    /// The file's name, or what else the configuration came from.
    public var source: String
    public var issues: [Issue]

    public init(source: String, issues: [Issue]) {
        self.source = source
        self.issues = issues
    }

    /// A line for each mistake, as compilers write them: `gateway.yaml:3:5: …`.
    public var description: String {
        issues.map { issue in
            let place = [issue.line, issue.column].compactMap { $0.map { ":\($0)" } }.joined()
            return "\(source)\(place): \(issue.message)"
        }.joined(separator: "\n")
    }
}
