/// A growing run of ids in plain memory, for loops where an array's checks would cost more than the work.
struct TokenBuffer: ~Copyable {
    private(set) var base: UnsafeMutablePointer<TokenID>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int) {
        self.capacity = max(capacity, 16)
        base = .allocate(capacity: self.capacity)
    }

    deinit {
        base.deallocate()
    }

    /// Makes room for so many more ids.
    @inline(__always)
    mutating func reserve(_ more: Int) {
        if capacity - count < more { grow(more) }
    }

    private mutating func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<TokenID>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }

    @inline(__always)
    mutating func append(_ id: TokenID) {
        reserve(1)
        base[count] = id
        count += 1
    }

    mutating func append(_ ids: UnsafePointer<TokenID>, _ more: Int) {
        reserve(more)
        (base + count).update(from: ids, count: more)
        count += more
    }

    /// Counts ids that were written behind the end, into reserved room.
    @inline(__always)
    mutating func advance(_ more: Int) { count += more }

    mutating func removeAll() { count = 0 }

    mutating func removeLast(_ fewer: Int) { count -= fewer }

    /// What is in the buffer, until it changes.
    var ids: UnsafeBufferPointer<TokenID> { UnsafeBufferPointer(start: base, count: count) }

    var array: [TokenID] { Array(ids) }
}
