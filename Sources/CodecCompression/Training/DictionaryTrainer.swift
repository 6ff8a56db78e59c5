internal import CZstd

/// Makes a zstd dictionary from streams: COVER and its faster variant, with the library's search for their
/// parameters ("Effective Construction of Relative Lempel-Ziv Dictionaries", Liao, Petri, Moffat, Wirth, WWW 2016).
///
/// Some streams are held back, and the dictionary is measured on these. The same samples and options give the same
/// dictionary.
public struct DictionaryTrainer: Sendable {
    public enum Method: String, Sendable, CaseIterable {
        case cover
        case fastCover = "fast-cover"
    }

    public var method: Method
    /// The most bytes that the dictionary may have.
    public var dictionaryBytes: Int
    /// Part of the streams, 0 to 1, that is held back to measure with.
    public var heldOut: Double
    /// Sizes of segments that the search tries.
    public var steps: Int
    /// Chooses the streams that are held back.
    public var seed: UInt64

    public init(
        method: Method = .fastCover, dictionaryBytes: Int = 16 << 10, heldOut: Double = 0.2, steps: Int = 40,
        seed: UInt64 = 1
    ) {
        self.method = method
        self.dictionaryBytes = dictionaryBytes
        self.heldOut = heldOut
        self.steps = steps
        self.seed = seed
    }

    public struct Result: Sendable {
        public var dictionary: ZstdDictionary
        /// What the search found: bytes of a segment, and of what is counted.
        public var segmentBytes: Int
        public var countedBytes: Int
        /// Streams that it was trained on.
        public var trainedOn: Int
        /// Streams that it was not: what to measure with.
        public var heldOut: [StreamSample]
    }

    /// - Throws: `tooFew` when a part of the streams is empty, or the library's reason.
    public func train(_ samples: [StreamSample]) throws(TrainingError) -> Result {
        guard ZstdDictionary.minimumBytes...ZstdDictionary.maximumBytes ~= dictionaryBytes else {
            throw TrainingError(.badOption, "a dictionary of \(dictionaryBytes) bytes cannot be made")
        }
        guard 0..<1 ~= heldOut, steps > 0, steps <= 10_000 else {
            throw TrainingError(.badOption, "held out must be 0 to 1, steps 1 to 10000")
        }
        var random = SplitMix64(state: seed)
        let shuffled = samples.filter { $0.byteCount > 0 }.shuffled(using: &random)
        let held = Int(Double(shuffled.count) * heldOut)
        let training = shuffled.dropFirst(held)
        guard training.count >= Self.fewestSamples else {
            throw TrainingError(
                .tooFew, "\(training.count) streams to train on; \(Self.fewestSamples) are the least")
        }
        var joined: [UInt8] = []
        for sample in training { for frame in sample.frames { joined += frame } }
        guard joined.count <= Self.mostBytes else {
            throw TrainingError(
                .badOption, "\(joined.count) bytes to train on; \(Self.mostBytes) are the most")
        }
        let found = search(joined, sizes: training.map(\.byteCount))
        guard ZDICT_isError(found.count) == 0 else {
            throw TrainingError(.failed, String(cString: ZDICT_getErrorName(found.count)))
        }
        do {
            return Result(
                dictionary: try ZstdDictionary(Array(found.bytes.prefix(found.count))),
                segmentBytes: found.segment, countedBytes: found.counted, trainedOn: training.count,
                heldOut: Array(shuffled.prefix(held)))
        } catch {
            throw TrainingError(.failed, error.description)
        }
    }

    /// The tables are made for what this level leaves over: whole bodies get smaller by 3 %.
    private static let level: Int32 = 19
    /// The library's least, below which it finds nothing to count.
    private static let fewestSamples = 8
    /// The library counts bytes in 32 bits.
    private static let mostBytes = 1 << 30

    private func search(
        _ joined: [UInt8], sizes: [Int]
    ) -> (bytes: [UInt8], count: Int, segment: Int, counted: Int) {
        var bytes = [UInt8](repeating: 0, count: dictionaryBytes)
        let count = UInt32(sizes.count)
        switch method {
        case .cover:
            var parameters = ZDICT_cover_params_t()
            parameters.steps = UInt32(steps)
            parameters.splitPoint = 0.75
            parameters.zParams.compressionLevel = Self.level
            let size = ZDICT_optimizeTrainFromBuffer_cover(
                &bytes, bytes.count, joined, sizes, count, &parameters)
            return (bytes, size, Int(parameters.k), Int(parameters.d))
        case .fastCover:
            var parameters = ZDICT_fastCover_params_t()
            parameters.steps = UInt32(steps)
            parameters.splitPoint = 0.75
            parameters.zParams.compressionLevel = Self.level
            let size = ZDICT_optimizeTrainFromBuffer_fastCover(
                &bytes, bytes.count, joined, sizes, count, &parameters)
            return (bytes, size, Int(parameters.k), Int(parameters.d))
        }
    }
}

/// Why no dictionary was made.
public struct TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: Sendable {
        case tooFew
        case badOption
        /// The library's reason is in the description.
        case failed
    }

    public var code: Code
    public var description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

/// A small generator whose numbers are the same everywhere (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number
/// Generators", 2014).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
