/// The server-sent events of a stream that can be read again from any of them.
///
/// An event ends with an empty line, and holds no other: events are counted by these.
struct EventLog: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Where each event ends.
    private var ends: [Int] = []

    init(_ bytes: [UInt8] = []) { append(bytes) }

    /// Appends whole events.
    mutating func append(_ more: [UInt8]) {
        var offset = bytes.count
        bytes += more
        while offset + 1 < bytes.count {
            if bytes[offset] == 0x0A, bytes[offset + 1] == 0x0A {
                offset += 1
                ends.append(offset + 1)
            }
            offset += 1
        }
    }

    var count: Int { ends.count }

    /// The events from a number on, which counts from 0. A copy: who holds a slice makes the log copy all of itself when
    /// it grows.
    func from(_ number: Int) -> [UInt8] {
        guard number < ends.count else { return [] }
        return Array(bytes[(number > 0 ? ends[number - 1] : 0)...])
    }
}
