/// What names an answer: an id nobody else has, and when it was made.
package struct AnswerID: Sendable {
    package let text: String
    /// Seconds since 1970.
    package let created: Int

    package init(prefix: String, created: Int) {
        text = prefix + RandomName.make()
        self.created = created
    }
}

/// 32 random hex digits.
package enum RandomName {
    package static func make() -> String {
        let digits = [UInt8]("0123456789abcdef".utf8)
        var generator = SystemRandomNumberGenerator()
        var name: [UInt8] = []
        for _ in 0..<2 {
            let word = generator.next()
            for shift in 0..<16 { name.append(digits[Int(truncatingIfNeeded: word >> (4 * shift)) & 15]) }
        }
        return String(decoding: name, as: UTF8.self)
    }
}
