internal import Synchronization

/// Metrics of one name, told apart by labels; one is made when its labels first occur.
///
/// The values of labels come from bounded sets, so that a client cannot make the family grow.
final class Family<Metric: Sendable>: Sendable {
    private let metrics = Mutex<[Labels: Metric]>([:])
    private let make: @Sendable () -> Metric

    init(_ make: @escaping @Sendable () -> Metric) {
        self.make = make
    }

    subscript(labels: Labels) -> Metric {
        metrics.withLock { metrics in
            if let metric = metrics[labels] { return metric }
            let metric = make()
            metrics[labels] = metric
            return metric
        }
    }

    /// All of them, in the order of their labels.
    var all: [(labels: Labels, metric: Metric)] {
        metrics.withLock { Array($0) }.map { (labels: $0.key, metric: $0.value) }
            .sorted { $0.labels.text < $1.labels.text }
    }
}

/// Labels as the exposition format writes them: `route="/health",status="200"`.
struct Labels: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    let text: String

    init(dictionaryLiteral pairs: (String, String)...) {
        text = pairs.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
        let needsEscapes = value.utf8.contains { byte in
            byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
        }
        guard needsEscapes else { return value }
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
