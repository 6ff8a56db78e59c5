import CodecCompression
import CodecCore
import Testing

@Suite struct RankCounterTests {
    @Test("most frequent first, the smaller id among equals; an id met once is left out")
    func order() throws {
        var counter = RankCounter()
        counter.add([9, 5, 5, 7])
        counter.add([9, 3, 7, 5])
        #expect(try counter.table(count: 10).ids == [5, 7, 9])
        #expect(try counter.table(count: 2).ids == [5, 7])
        #expect(try counter.table(count: -1).ids == [])
    }

    @Test("no table for ids that a table cannot hold")
    func outOfRange() {
        var counter = RankCounter()
        counter.add([.max, .max])
        #expect(throws: RankTableError.idTooLarge(.max, rank: 0)) { try counter.table(count: 1) }
    }
}
