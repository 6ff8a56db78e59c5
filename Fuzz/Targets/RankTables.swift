import CodecCore

/// Reads the input as a rank table: it is refused, or ranks and ids are each other's inverse and its own bytes are read
/// as the same table.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let table = try? RankTable(parsing: [UInt8](UnsafeBufferPointer(start: start, count: count))) else {
        return 0
    }
    guard let again = try? RankTable(parsing: table.bytes), again == table else {
        preconditionFailure("its own bytes are refused")
    }
    for (rank, id) in table.ids.enumerated() {
        precondition(table.rank(of: id) == rank && table.id(at: UInt32(rank)) == id, "not its rank: \(id)")
    }
    let greatest = table.ids.max() ?? 0
    let samples = (0..<100).map { greatest / 100 * $0 } + [greatest, greatest + 1, .max]
    for id in samples {
        precondition(table.id(at: table.rank(of: id)) == id, "not its own inverse: \(id)")
        precondition(table.rank(of: table.id(at: id)) == id, "not its own inverse: \(id)")
    }
    return 0
}
