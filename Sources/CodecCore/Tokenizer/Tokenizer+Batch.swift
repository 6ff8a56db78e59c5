// Embedded Swift has no tasks.
#if !hasFeature(Embedded)
    extension Tokenizer {
        /// Bytes of text to one task: enough to be worth its start, few enough to share them out evenly.
        private static let bytesPerTask = 32 << 10

        /// The ids of many texts, on all cores: for each text what `encode(_:specials:)` gives, in order.
        /// - Throws: when the calling task is cancelled before all texts are encoded.
        public func encode(
            batch texts: [String], specials: Specials = .plain
        ) async throws(CancellationError) -> [[TokenID]] {
            try await encodeAll(texts, size: { $0.utf8.count }, with: { encode($0, specials: specials) })
        }

        /// The ids of many texts as UTF-8, on all cores: for each what `encode(utf8:specials:)` gives, in order.
        /// - Throws: when the calling task is cancelled before all texts are encoded.
        public func encode(
            batch texts: [[UInt8]], specials: Specials = .plain
        ) async throws(CancellationError) -> [[TokenID]] {
            try await encodeAll(
                texts, size: { $0.count },
                with: { $0.withUnsafeBufferPointer { encode(utf8: $0, specials: specials) } })
        }

        private func encodeAll<Input: Sendable>(
            _ texts: [Input], size: (Input) -> Int, with encode: @escaping @Sendable (Input) -> [TokenID]
        ) async throws(CancellationError) -> [[TokenID]] {
            let parts = await withTaskGroup(of: (part: Int, ids: [[TokenID]]).self) { group in
                let ranges = Self.cut(texts, size: size)
                for (part, range) in ranges.enumerated() {
                    group.addTask {
                        var ids: [[TokenID]] = []
                        ids.reserveCapacity(range.count)
                        for text in texts[range] where !Task.isCancelled { ids.append(encode(text)) }
                        return (part, ids)
                    }
                }
                var parts = [[[TokenID]]](repeating: [], count: ranges.count)
                for await result in group { parts[result.part] = result.ids }
                return parts
            }
            let ids = Array(parts.joined())
            guard ids.count == texts.count else { throw CancellationError() }
            return ids
        }

        /// Neighbouring texts together, up to about `bytesPerTask`.
        private static func cut<Input>(_ texts: [Input], size: (Input) -> Int) -> [Range<Int>] {
            var ranges: [Range<Int>] = []
            var start = 0
            var bytes = 0
            for (index, text) in texts.enumerated() {
                bytes += size(text)
                guard bytes >= bytesPerTask || index == texts.count - 1 else { continue }
                ranges.append(start..<index + 1)
                start = index + 1
                bytes = 0
            }
            return ranges
        }
    }
#endif
