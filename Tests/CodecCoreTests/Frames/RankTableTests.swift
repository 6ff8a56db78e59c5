import CodecCore
import CodecTesting
import Testing

@Suite("Rank tables")
struct RankTableTests {
    @Test("ids of the table first, all others in rising order")
    func order() throws {
        let table = try RankTable([7, 2, 300])
        #expect((0..<6).map(table.id(at:)) == [7, 2, 300, 0, 1, 3])
        #expect([7, 2, 300, 0, 1, 3, 8].map(table.rank(of:)) == [0, 1, 2, 3, 4, 5, 9])
        #expect([299, 301, .max].map(table.rank(of:)) == [300, 301, .max])
        #expect([300, 301, .max].map(table.id(at:)) == [299, 301, .max])
        #expect(table.bytes == unhex("03" + "0702ac02"))
    }

    @Test("ranks and ids are each other's inverse", arguments: [0, 1, 2, 100, 5000] as [Int])
    func inverse(_ count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let ids = Array((0..<TokenID(count * 3)).shuffled(using: &generator).prefix(count))
        let table = try RankTable(ids)
        #expect(table.ids == ids)
        #expect(try RankTable(parsing: table.bytes) == table)
        let all = 0..<TokenID(count * 3 + 10)
        #expect(all.map(table.rank(of:)).sorted() == Array(all))
        #expect(all.allSatisfy { table.id(at: table.rank(of: $0)) == $0 })
        let others = all.map(table.id(at:)).dropFirst(count)
        #expect(zip(others, others.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("ids to refuse")
    func ids() throws {
        #expect(throws: RankTableError.duplicateID(5, rank: 2)) { try RankTable([5, 6, 5]) }
        #expect(throws: RankTableError.idTooLarge(1 << 20, rank: 1)) { try RankTable([0, 1 << 20]) }
        #expect(try RankTable([RankTable.maximumID]).rank(of: 0) == 1)
        #expect(
            RankTableError.duplicateID(5, rank: 2).description
                == "the id 5 at rank 2 stands in the table before")
    }

    @Test(
        "bytes to refuse",
        arguments: [
            ("", "truncated", 0), ("80", "truncated", 1), ("01", "truncated", 1), ("020180", "truncated", 3),
            ("ffffffff0f", "truncated", 5), ("0100" + "00", "trailing_bytes", 2),
            ("0000", "trailing_bytes", 1),
            ("018080808010", "number_out_of_range", 1), ("01808080808001", "invalid_varint", 1),
            ("818080808001" + "00", "invalid_varint", 0),
        ])
    func bytes(_ hex: String, _ code: String, _ offset: UInt64) {
        let error = RankTableError.malformed(FrameError(.init(rawValue: code), offset: offset))
        #expect(throws: error) { try RankTable(parsing: unhex(hex)) }
    }

    @Test("size")
    func size() throws {
        let bytes = [UInt8](repeating: 0, count: RankTable.maximumBytes + 1)
        #expect(throws: RankTableError.tooLarge(bytes: bytes.count)) { try RankTable(parsing: bytes) }
        #expect(throws: RankTableError.duplicateID(5, rank: 1)) { try RankTable(parsing: unhex("020505")) }
        #expect(throws: RankTableError.idTooLarge(1 << 20, rank: 0)) {
            try RankTable(parsing: unhex("01808040"))
        }
        #expect(try RankTable(parsing: unhex("00")).rank(of: 9) == 9)
    }
}
