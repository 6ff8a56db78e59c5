extension String {
    /// Somebody else's text as it may stand in a terminal or a log: no control characters, and not long.
    package var printable: String {
        var text = ""
        for scalar in unicodeScalars.prefix(1_000) {
            switch scalar {
            case "\n", "\r", "\t": text += " "
            default:
                text.unicodeScalars.append(
                    scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
            }
        }
        return text
    }
}
