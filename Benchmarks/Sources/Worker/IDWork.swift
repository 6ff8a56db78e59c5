import CodecCore
import CodecMaps
import Foundation

/// What is done with ids alone. Ids are in files as words of 32 bits, little-endian as this machine's.
///
/// `write-ids FILE OUT` writes a text's ids · `load-target MAP` · `translate LENGTH FILE` in calls of so many ids, 0 for one call ·
/// `held-back FILE` (an id a call: what is held back on average, in thousandths) · `watch PAIRS FILE` (passes the ids
/// through, then again with a region of 40 ids in each 1,000).
extension Worker {
    mutating func idAnswer(_ words: [String]) throws -> String? {
        switch (words.first, words.count) {
        case ("write-ids", 3):
            let ids = try bytes(words[1]).withUnsafeBufferPointer {
                try loaded(map).tokenizer.encode(utf8: $0)
            }
            try ids.withUnsafeBytes { try Data($0).write(to: URL(filePath: words[2])) }
            return report(Times(wall: 0, cpu: 0), count: ids.count, hash(ids))
        case ("load-target", 2):
            target = try TokenizerMap.load(path: words[1])
            return report(Times(wall: 0, cpu: 0), count: target?.vocabSize ?? 0)
        case ("translate", 3): return try translate(try ids(words[2]), length: Int(words[1]) ?? 0)
        case ("held-back", 2):
            var translator = try Translator(from: loaded(map), to: loaded(target))
            let ids = try ids(words[1])
            var sum = 0
            for id in ids {
                _ = try translator.translate([id])
                sum += translator.heldBackCount
            }
            return report(Times(wall: 0, cpu: 0), count: sum * 1_000 / max(1, ids.count))
        case ("watch", 3): return try watch(try ids(words[2]), pairs: Int(words[1]) ?? 1)
        default: return nil
        }
    }

    private func loaded(_ map: TokenizerMap?) throws -> TokenizerMap {
        guard let map else { throw WorkerError("no map is loaded") }
        return map
    }

    private func ids(_ path: String) throws -> [TokenID] {
        try bytes(path).withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: TokenID.self) }
        }
    }

    private func translate(_ ids: [TokenID], length: Int) throws -> String {
        let length = length > 0 ? length : max(1, ids.count)
        var translator = try Translator(from: loaded(map), to: loaded(target))
        var output: [TokenID] = []
        let time = try measure {
            let span = ids.span
            var start = 0
            while start < ids.count {
                let end = min(ids.count, start + length)
                try translator.translate(span.extracting(start..<end), into: &output)
                start = end
            }
            output += translator.finish()
        }
        return report(time, count: output.count, hash(output))
    }

    private func watch(_ ids: [TokenID], pairs: Int) throws -> String {
        // No vocabulary has these, so that nothing but the regions below begins.
        let first = TokenID(1 << 30)
        let markers = (0..<TokenID(pairs)).map {
            ToolWatcher.Markers(start: first + 2 * $0, end: first + 2 * $0 + 1)
        }
        var watcher = try ToolWatcher(markers: markers)
        let passes = max(1, 20_000_000 / max(1, ids.count))
        func time(_ ids: [TokenID]) -> (ns: Int, passed: Int, regions: Int) {
            var (passed, regions) = (0, 0)
            let time = measure {
                for _ in 0..<passes {
                    watcher.feed(ids.span) { event in
                        switch event {
                        case .passthrough(.fed(let range)): passed += range.count
                        case .region: regions += 1
                        default: break
                        }
                    }
                }
            }
            return (time.cpu, passed / passes, regions / passes)
        }
        var marked = ids
        for start in stride(from: 500, to: ids.count - 41, by: 1_000) {
            marked[start] = first
            marked[start + 41] = first + 1
        }
        let (plain, regions) = (time(ids), time(marked))
        let fed = Double(passes * max(1, ids.count))
        return
            #"{"plain_ns":\#(Double(plain.ns) / fed),"regions_ns":\#(Double(regions.ns) / fed),"plain":\#(plain.passed),"passed":\#(regions.passed),"regions":\#(regions.regions),"count":\#(ids.count)}"#
    }
}
