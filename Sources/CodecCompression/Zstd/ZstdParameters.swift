internal import CZstd

/// Parameters of a compression context, and of the dictionary it starts from: zstd takes both from here.
///
/// Streams: two hash tables and matches from 4 bytes cost 0.8 microseconds a frame of eight ids; greedy and lazy
/// searches find less in such frames and optimal parsing takes three times as long for 5 % fewer bytes.
///
/// Bodies with a dictionary are of ids: a window of 16 KiB holds a completion of 4,000, and larger ones only cost
/// memory, megabytes of it with optimal parsing.
struct ZstdParameters {
    let compression: ZSTD_compressionParameters

    init(for use: CompressionUse, dictionarySize: Int) {
        // Bits that count the dictionary's bytes: 14 for the usual 16 KiB.
        let dictionaryBits = Int.bitWidth - max(dictionarySize - 1, 0).leadingZeroBitCount
        let window = UInt32(max(use == .stream || dictionarySize > 0 ? 14 : 20, dictionaryBits))
        // A slot for every fourth byte of the dictionary finds what there is to find.
        let hash = UInt32(max(12, dictionaryBits - 2))
        compression =
            switch use {
            case .stream:
                ZSTD_compressionParameters(
                    windowLog: window, chainLog: hash, hashLog: hash, searchLog: 1, minMatch: 4,
                    targetLength: 0,
                    strategy: ZSTD_dfast)
            case .document:
                ZSTD_compressionParameters(
                    windowLog: window, chainLog: dictionarySize > 0 ? hash + 2 : 16,
                    hashLog: dictionarySize > 0 ? hash : 15, searchLog: 5, minMatch: 3, targetLength: 64,
                    strategy: ZSTD_btopt)
            }
    }

    /// As a context's settings. With a dictionary the window alone counts, the rest comes from its prepared form.
    var values: [(ZSTD_cParameter, Int)] {
        [
            (ZSTD_c_windowLog, Int(compression.windowLog)), (ZSTD_c_chainLog, Int(compression.chainLog)),
            (ZSTD_c_hashLog, Int(compression.hashLog)), (ZSTD_c_searchLog, Int(compression.searchLog)),
            (ZSTD_c_minMatch, Int(compression.minMatch)),
            (ZSTD_c_targetLength, Int(compression.targetLength)),
            (ZSTD_c_strategy, Int(compression.strategy.rawValue)),
        ]
    }
}
