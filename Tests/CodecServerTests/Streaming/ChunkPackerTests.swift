import CodecAPI
import Testing

@testable import CodecServer

@Suite("Flush policy of text")
struct ChunkPackerTests {
    private static let finish = ModelChunk([.finish(.stop)])
    private static func text(_ text: String) -> ModelChunk { ModelChunk([.text(text)]) }

    @Test("without a delay every chunk is due at once, and stays as it is")
    func immediate() {
        var packer = ChunkPacker(FlushPolicy(delay: .zero))
        let now = ContinuousClock.now
        #expect(packer.add(Self.text("a"), at: now) == .flush)
        #expect(packer.add(Self.text("b"), at: now) == .flush)
        #expect(packer.take() == [Self.text("a"), Self.text("b")])
        #expect(packer.take() == [])
        #expect(packer.add(Self.finish, at: now) == .flush)
        #expect(packer.hasEnded)
        #expect(packer.take() == [Self.finish])
    }

    @Test("with a delay the first goes out at once, later ones together, as one text up to the limit")
    func delayed() {
        var packer = ChunkPacker(FlushPolicy(delay: .milliseconds(20), maximumIDs: 4))
        let start = ContinuousClock.now
        #expect(packer.add(Self.text("a"), at: start) == .flush)
        #expect(packer.take() == [Self.text("a")])
        let deadline = start + .milliseconds(25)
        #expect(packer.add(Self.text("b"), at: start + .milliseconds(5)) == .waitUntil(deadline))
        #expect(packer.add(Self.text("c"), at: start + .milliseconds(6)) == .waitUntil(deadline))
        #expect(packer.take() == [])
        #expect(packer.tick(at: deadline) == .flush)
        #expect(packer.take() == [Self.text("bc")])
        for piece in ["1", "2", "3"] { _ = packer.add(Self.text(piece), at: deadline) }
        #expect(packer.add(Self.text("4"), at: deadline) == .flush)
        _ = packer.add(Self.text("5"), at: deadline)
        #expect(packer.take() == [Self.text("1234"), Self.text("5")])
    }

    @Test("only plain texts of ours are joined; the order of all else stays")
    func order() {
        var packer = ChunkPacker(FlushPolicy(delay: .seconds(1)))
        let now = ContinuousClock.now
        _ = packer.add(Self.text("-"), at: now)
        _ = packer.take()
        let call = ModelChunk([.toolCall(index: 0, id: "1", name: "f")])
        let original = ModelChunk([.text("o")], original: OriginalChunk(.chat, json: Array("{}".utf8)))
        for chunk in [
            Self.text("a"), Self.text("b"), call, Self.text("c"), original, Self.text("d"), Self.finish,
        ] {
            _ = packer.add(chunk, at: now)
        }
        #expect(
            packer.take() == [Self.text("ab"), call, Self.text("c"), original, Self.text("d"), Self.finish])
    }

    @Test("what waits goes out when nothing more comes")
    func expedited() {
        var packer = ChunkPacker(FlushPolicy(delay: .seconds(1)))
        let now = ContinuousClock.now
        _ = packer.add(Self.text("a"), at: now)
        _ = packer.take()
        _ = packer.add(Self.text("b"), at: now)
        packer.expedite()
        #expect(packer.take() == [Self.text("b")])
    }
}
