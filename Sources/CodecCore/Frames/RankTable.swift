/// Which ids a compact stream writes shortest (spec §2): the most frequent ones of a vocabulary, most frequent first; all
/// others follow in rising order. Ids and ranks are found from each other at once.
public struct RankTable: Sendable {
    /// The ids of the table, most frequent first.
    public let ids: [TokenID]
    /// The id of each rank up to the table's greatest id; from there on id and rank are the same.
    private let idsByRank: [TokenID]
    private let ranksByID: [UInt32]
    /// How many entries both have.
    private let size: UInt32

    /// A table's greatest id, so that memory is bounded: about four times the largest vocabulary of today.
    public static let maximumID: TokenID = 1 << 20 - 1
    /// A table's greatest size in bytes (spec §5, §18: as dictionaries).
    public static let maximumBytes = 1 << 20

    /// - Throws: `RankTableError` when an id stands twice or is above `maximumID`.
    public init(_ ids: [TokenID]) throws(RankTableError) {
        let missing = UInt32.max
        var greatest: TokenID = 0
        for (rank, id) in ids.enumerated() {
            guard id <= Self.maximumID else { throw .idTooLarge(id, rank: rank) }
            greatest = max(greatest, id)
        }
        let size = ids.isEmpty ? 0 : Int(greatest) &+ 1
        var ranks = [UInt32](repeating: missing, count: size)
        for (rank, id) in ids.enumerated() {
            guard ranks[Int(id)] == missing else { throw .duplicateID(id, rank: rank) }
            ranks[Int(id)] = UInt32(truncatingIfNeeded: rank)
        }
        var byRank = ids
        byRank.reserveCapacity(size)
        for index in ranks.indices where ranks[index] == missing {
            ranks[index] = UInt32(truncatingIfNeeded: byRank.count)
            byRank.append(TokenID(truncatingIfNeeded: index))
        }
        self.ids = ids
        ranksByID = ranks
        idsByRank = byRank
        self.size = UInt32(truncatingIfNeeded: size)
    }

    /// Reads a table's bytes: a varint count and as many varints.
    /// - Throws: `RankTableError`, for bytes above `maximumBytes` too.
    public init(parsing bytes: [UInt8]) throws(RankTableError) {
        guard bytes.count <= Self.maximumBytes else { throw .tooLarge(bytes: bytes.count) }
        try self.init(try Self.parse(bytes))
    }

    private static func parse(_ bytes: [UInt8]) throws(RankTableError) -> [TokenID] {
        do throws(FrameError) {
            return try bytes.withUnsafeBufferPointer { (bytes) throws(FrameError) -> [TokenID] in
                var cursor = ByteCursor(UnsafeRawBufferPointer(bytes))
                let count = try cursor.compactVarint()
                // Each id takes a byte at least.
                guard count <= UInt64(cursor.available) else { throw cursor.shortage() }
                var ids: [TokenID] = []
                ids.reserveCapacity(Int(count))
                for _ in 0..<count {
                    cursor.setMark()
                    guard let id = TokenID(exactly: try cursor.compactVarint()) else {
                        throw cursor.failure(.numberOutOfRange)
                    }
                    ids.append(id)
                }
                cursor.setMark()
                if cursor.available > 0 { throw cursor.failure(.trailingBytes) }
                return ids
            }
        } catch {
            throw .malformed(error)
        }
    }

    /// The table as bytes: what its hash and `init(parsing:)` are of.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(room: 5) { $0.varint(UInt32(truncatingIfNeeded: ids.count)) }
        bytes.appendBlocks(of: ids, room: 5) { block, scratch in
            for id in block { scratch.varint(id) }
        }
        return bytes
    }

    /// The rank of an id, from 0.
    @inline(__always)
    public func rank(of id: TokenID) -> UInt32 {
        id < size ? ranksByID[Int(truncatingIfNeeded: id)] : id
    }

    /// The id that has a rank, from 0.
    @inline(__always)
    public func id(at rank: UInt32) -> TokenID {
        rank < size ? idsByRank[Int(truncatingIfNeeded: rank)] : rank
    }
}

extension RankTable: Equatable {
    public static func == (a: RankTable, b: RankTable) -> Bool { a.ids == b.ids }
}
