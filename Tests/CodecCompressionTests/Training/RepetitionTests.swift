import CodecCompression
import CodecCore
import Testing

@Suite struct RepetitionTests {
    @Test(
        "the share of runs of eight that came before",
        arguments: [
            ([], 0), ([1, 2, 3], 0), (Array(repeating: 7, count: 8), 0), (Array(repeating: 7, count: 9), 0.5),
            (Array(0..<100), 0), (Array(0..<16) + Array(0..<16), 9.0 / 25.0),
        ] as [([TokenID], Double)])
    func share(_ ids: [TokenID], _ expected: Double) {
        #expect(abs(Repetition.share(of: ids) - expected) < 1e-12)
        #expect(Repetition.isLooping(ids) == (expected > 0.2))
    }
}
