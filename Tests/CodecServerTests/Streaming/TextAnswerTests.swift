import CodecAPI
import Testing

@testable import CodecServer

@Suite struct TextAnswerTests {
    @Test(arguments: [Int.max, Int.max - 1, 7, 0, -1, Int.min])
    func whateverAnUpstreamCountsCanBeAddedUp(count: Int) {
        var progress = AnswerProgress()
        progress.note(ModelChunk([.usage(ModelUsage(inputTokens: count, outputTokens: count)), .text("a")]))
        progress.note(ModelChunk([.text("b")]))
        #expect(progress.promptTokens == min(max(0, count), Int(Int32.max)))
        #expect(progress.completionTokens == min(max(0, count), Int(Int32.max)) + 2)
        #expect(progress.tokens == progress.completionTokens * 2 - 2)
    }
}
