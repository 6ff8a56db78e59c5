internal import Foundation
internal import GRDB

/// Keeps responses in SQLite, each in one transaction: what a crash leaves behind is whole.
///
/// The oldest go when there are too many, or too many bytes; those that are too old are not found any more. Its work is
/// done on a queue of its own, never on the threads that streams share.
public final class ResponseStore: Sendable {
    public enum Place: Sendable, Equatable {
        /// A file at a path; its folder is made where it is missing.
        case file(String)
        case memory
    }

    public struct Limits: Sendable {
        /// Seconds that a response is kept.
        public var seconds = 30 * 86400
        /// Responses that are kept at once.
        public var count = 100_000
        /// Bytes of all that is kept.
        public var bytes = 1 << 30

        public init() {}
    }

    /// What a store of this layout is marked with.
    private static let layout = 2
    private static let columns = "id, created, owner, degradations, document, input, history, events"

    private let database: DatabaseQueue
    private let limits: Limits

    /// - Throws: `ServerError` when the file cannot be opened or is no store of ours.
    public init(_ place: Place, limits: Limits = .init()) throws(ServerError) {
        self.limits = limits
        do {
            database = try Self.open(place)
            try database.writeWithoutTransaction(Self.prepare)
        } catch {
            let name = if case .file(let path) = place { " \(path)" } else { "" }
            throw ServerError(
                .storeUnavailable, "The store of responses\(name) cannot be opened: \(error).")
        }
    }

    private static func open(_ place: Place) throws -> DatabaseQueue {
        guard case .file(let path) = place else { return try DatabaseQueue() }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // What people talk about with a model is for its owner only; SQLite's other files take the same rights.
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func prepare(_ database: Database) throws {
        _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        try database.execute(sql: "PRAGMA synchronous = NORMAL")
        try database.inTransaction(.immediate) {
            let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard found == 0 || found == layout else { throw OtherLayout(number: found) }
            if found == 0 { try database.execute(sql: schema) }
            return .commit
        }
    }

    private struct OtherLayout: Error, CustomStringConvertible {
        var number: Int
        var description: String { "it has layout \(number), this version knows \(ResponseStore.layout)" }
    }

    /// `total` has one row, so that limits cost no counting.
    private static let schema = """
        CREATE TABLE response (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, created INTEGER NOT NULL,
            owner TEXT, degradations TEXT NOT NULL, bytes INTEGER NOT NULL, document BLOB NOT NULL, input BLOB NOT NULL, history BLOB NOT NULL, events BLOB) STRICT;
        CREATE INDEX age ON response (created);
        CREATE TABLE total (count INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
        INSERT INTO total VALUES (0, 0);
        CREATE TRIGGER added AFTER INSERT ON response
            BEGIN UPDATE total SET count = count + 1, bytes = bytes + new.bytes; END;
        CREATE TRIGGER removed AFTER DELETE ON response
            BEGIN UPDATE total SET count = count - 1, bytes = bytes - old.bytes; END;
        PRAGMA user_version = \(layout);
        """

    /// Keeps a response, in the place of one with its id.
    /// - Parameter now: seconds since 1970.
    /// - Throws: what SQLite says; nothing is kept then.
    func save(_ response: StoredResponse, now: Int) async throws {
        guard response.byteCount <= limits.bytes else {
            throw ServerError(
                .storeUnavailable, "A response of \(response.byteCount) bytes is too large to keep.")
        }
        let arguments: StatementArguments = [
            response.id, response.created, response.owner,
            response.degradations.joined(separator: "\n"), response.byteCount, Data(response.document),
            Data(response.input),
            Data(response.history), response.events.map { Data($0) },
        ]
        try await database.write { [limits] database in
            // A replacement would not run the triggers.
            try database.execute(sql: "DELETE FROM response WHERE id = ?", arguments: [response.id])
            try database.execute(
                sql: """
                    INSERT INTO response (id, created, owner, degradations, bytes, document, input, history, events)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: arguments)
            try Self.enforce(limits, now: now, database)
        }
    }

    private static func enforce(_ limits: Limits, now: Int, _ database: Database) throws {
        try database.execute(
            sql: "DELETE FROM response WHERE created < ?", arguments: [now.subtracting(limits.seconds)])
        while let total = try Row.fetchOne(database, sql: "SELECT count, bytes FROM total"),
            total["count"] as Int > limits.count || total["bytes"] as Int > limits.bytes
        {
            try database.execute(
                sql:
                    "DELETE FROM response WHERE number = (SELECT number FROM response ORDER BY number LIMIT 1)"
            )
            guard database.changesCount > 0 else { return }
        }
    }

    /// The response of an id; nil when there is none, or it is too old.
    func response(_ id: String, now: Int) async throws -> StoredResponse? {
        let oldest = now.subtracting(limits.seconds)
        return try await database.read { database in
            try Row.fetchOne(
                database, sql: "SELECT \(Self.columns) FROM response WHERE id = ? AND created >= ?",
                arguments: [id, oldest]
            ).map(StoredResponse.init)
        }
    }

    /// Forgets a response.
    /// - Returns: whether there was one.
    func delete(_ id: String) async throws -> Bool {
        try await database.write { database in
            try database.execute(sql: "DELETE FROM response WHERE id = ?", arguments: [id])
            return database.changesCount > 0
        }
    }

    /// How many responses there are, and how many bytes they take.
    func total() async throws -> (count: Int, bytes: Int) {
        try await database.read { database in
            let row = try Row.fetchOne(database, sql: "SELECT count, bytes FROM total")
            return (row?["count"] ?? 0, row?["bytes"] ?? 0)
        }
    }
}

extension StoredResponse {
    fileprivate init(_ row: Row) {
        id = row["id"]
        created = row["created"]
        owner = row["owner"]
        degradations = (row["degradations"] as String).split(separator: "\n").map(String.init)
        document = Array(row["document"] as Data)
        input = Array(row["input"] as Data)
        history = Array(row["history"] as Data)
        events = (row["events"] as Data?).map { Array($0) }
    }
}

extension Int {
    /// Saturating.
    fileprivate func subtracting(_ other: Int) -> Int {
        let (result, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : result
    }
}
