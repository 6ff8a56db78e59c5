// modules: CodecCore
// sources: Tests/CodecCoreTests/Watcher/PlainWatcher.swift
@testable import CodecCore

private let pairs: [[ToolWatcher.Markers]] = [
    [.init(start: 1, end: 2)], [.init(start: 1, end: 1)], [.init(start: 1, end: 2), .init(start: 3, end: 4)],
    [.init(start: 1, end: 9), .init(start: 3, end: 9), .init(start: 9, end: 1)],
]

/// The first three bytes choose the markers, the limit of a region and how long a call is; each other byte is an id,
/// 0xFF many of them. Cut or not, events are those of a plain walk over the ids.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    guard count >= 3 else { return 0 }
    let markers = pairs[Int(input[0]) % pairs.count]
    let (limit, chunk) = (Int(input[1]), 1 + Int(input[2]) % 100)
    let ids = input.dropFirst(3).flatMap {
        $0 == 0xFF ? [TokenID](repeating: 100, count: 40) : [TokenID($0)]
    }
    let expected = PlainWatcher(markers: markers, regionLimit: max(1, limit)).events(
        ids, finishReason: .length)
    for chunk in [chunk, ids.count + 1] {
        guard var watcher = try? ToolWatcher(markers: markers, regionLimit: limit) else {
            preconditionFailure("no watcher")
        }
        var events: [ToolWatcher.Event] = []
        for start in stride(from: 0, to: ids.count, by: chunk) {
            events += watcher.feed(Array(ids[start..<min(ids.count, start + chunk)]))
        }
        if let last = watcher.end(finishReason: .length) { events.append(last) }
        precondition(PlainWatcher.joined(events) == expected, "\(events) instead of \(expected)")
    }
    return 0
}
