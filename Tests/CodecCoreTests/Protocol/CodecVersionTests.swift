import CodecCore
import Testing

@Suite("Versions of the protocol")
struct CodecVersionTests {
    @Test(
        "text",
        arguments: [
            ("0.2", CodecVersion.v0_2), ("0.4", .v0_4), ("0.5", .current),
            ("1.0", CodecVersion(major: 1, minor: 0)),
            ("0.10", CodecVersion(major: 0, minor: 10)),
            ("65535.65535", CodecVersion(major: .max, minor: .max)),
            ("", nil), ("0", nil), (".", nil), ("0.", nil), (".4", nil), ("v0.4", nil), ("0.4.1", nil),
            ("0.4 ", nil),
            ("+0.4", nil), ("0.-4", nil), ("00.4", nil), ("0.04", nil), ("65536.0", nil), ("0.99999", nil),
            ("0.123456", nil), ("٠.٤", nil),
        ] as [(String, CodecVersion?)])
    func text(_ text: String, _ version: CodecVersion?) {
        #expect(CodecVersion(text) == version)
        if let version { #expect(version.description == text) }
    }

    @Test("order")
    func order() {
        let versions = ["0.2", "0.3", "0.4", "0.5", "0.10", "1.0", "1.2", "2.0"].compactMap(CodecVersion.init)
        #expect(versions.count == 8)
        #expect(versions.shuffled().sorted() == versions)
        #expect(!(CodecVersion.v0_3 < .v0_3))
    }
}
