import CodecAPI
import CodecCore
import CodecGateway
import Testing

@Suite("The prefix of a prompt")
struct PromptPrefixTests {
    private static func hash(_ messages: [ModelMessage]) -> UInt64 {
        PromptPrefix.hash(ModelRequest(input: .messages(messages)))
    }

    @Test("all turns of a conversation have one; other conversations others")
    func conversations() {
        let first = [ModelMessage(.system, text: "be brief"), ModelMessage(.user, text: "one")]
        let later = first + [ModelMessage(.assistant, text: "1"), ModelMessage(.user, text: "two")]
        #expect(Self.hash(first) == Self.hash(later))
        #expect(Self.hash(first) != Self.hash([first[0], ModelMessage(.user, text: "two")]))
        #expect(Self.hash(first) != Self.hash([first[1]]))
        // Where a message ends counts.
        #expect(
            Self.hash([ModelMessage(.system, text: "a"), ModelMessage(.user, text: "b")])
                != Self.hash([ModelMessage(.system, text: "ab"), ModelMessage(.user, text: "")]))
    }

    @Test("of ids the first block counts, as a text request's and a frames request's alike")
    func ids() {
        let ids = (0..<1000).map { TokenID($0) }
        #expect(PromptPrefix.hash(ids) == PromptPrefix.hash(Array(ids.prefix(256))))
        #expect(PromptPrefix.hash(ids) != PromptPrefix.hash(Array(ids.prefix(255))))
        #expect(PromptPrefix.hash(ModelRequest(input: .ids(ids))) == PromptPrefix.hash(ids))
    }

    @Test("it is the same in every process: several gateways choose alike")
    func stable() {
        var hash = StableHash()
        hash.add("a".utf8)
        // FNV-1a of "a" is AF63DC4C8601EC8C; then the end mark, and SplitMix64's finalizer.
        var expected: UInt64 = (0xAF63_DC4C_8601_EC8C ^ 0xFF) &* 0x100_0000_01B3
        expected = (expected ^ (expected >> 30)) &* 0xBF58_476D_1CE4_E5B9
        expected = (expected ^ (expected >> 27)) &* 0x94D0_49BB_1331_11EB
        #expect(hash.value == expected ^ (expected >> 31))
    }
}
