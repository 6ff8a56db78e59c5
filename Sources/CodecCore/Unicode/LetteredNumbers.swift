/// Reads a table that scripts/generate-unicode wrote: capital letters (or digits), each with a number behind it in
/// base 16, its digits `a` to `p`; no digits stand for 1.
struct LetteredNumbers {
    private let text: UnsafePointer<UInt8>
    private let end: Int
    private var position = 0

    init(_ text: StaticString) {
        self.text = text.utf8Start
        end = text.utf8CodeUnitCount
    }

    mutating func next() -> (letter: UInt8, number: Int)? {
        guard position < end else { return nil }
        let letter = text[position]
        position += 1
        let digits = position
        var number = 0
        while position < end, text[position] >= 0x61 {
            number = number << 4 | Int(text[position] - 0x61)
            position += 1
        }
        return (letter, position == digits ? 1 : number)
    }
}
