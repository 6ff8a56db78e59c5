/// What names an answer: an id nobody else has, and when it was made.
struct AnswerID: Sendable {
    let text: String
    /// Seconds since 1970.
    let created: Int

    init(prefix: String, created: Int) {
        text = prefix + RandomName.make()
        self.created = created
    }
}

/// 32 random hex digits.
enum RandomName {
    static func make() -> String {
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
