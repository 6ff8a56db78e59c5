import Testing

@testable import CodecServer

@Suite struct EventLogTests {
    @Test func eventsAreFoundByTheirNumbers() {
        var log = EventLog()
        let events = ["event: a\ndata: {}\n\n", "event: b\ndata: {}\n\n", "event: c\ndata: {}\n\n"]
        log.append(Array((events[0] + events[1]).utf8))
        log.append(Array(events[2].utf8))
        #expect(log.count == 3)
        for number in 0...4 {
            #expect(String(decoding: log.from(number), as: UTF8.self) == events.dropFirst(number).joined())
        }
    }

    @Test func aReaderDoesNotMakeTheLogMove() {
        var log = EventLog()
        log.append([UInt8](repeating: 0x61, count: 1 << 20) + [0x0A, 0x0A])
        let held = log.from(0)
        log.append([0x61, 0x0A, 0x0A])
        // From here on there is room for more: only a copy could move it.
        let grown = log.bytes.withUnsafeBufferPointer { $0.baseAddress }
        log.append([0x61, 0x0A, 0x0A])
        #expect(log.bytes.withUnsafeBufferPointer { $0.baseAddress } == grown)
        #expect(held.count == (1 << 20) + 2)
    }
}
