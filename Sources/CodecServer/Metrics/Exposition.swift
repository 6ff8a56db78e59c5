/// Writes metrics in Prometheus' text format 0.0.4.
struct Exposition {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    mutating func counters(_ name: String, _ help: String, _ family: Family<Counter>) {
        let samples = family.all
        guard !samples.isEmpty else { return }
        begin(name, help, type: "counter")
        for (labels, counter) in samples { sample(name, labels.text, String(counter.total)) }
    }

    mutating func gauge(_ name: String, _ help: String, _ samples: [(labels: Labels, value: Int)]) {
        write(name, help, type: "gauge", samples)
    }

    mutating func counter(_ name: String, _ help: String, _ samples: [(labels: Labels, value: Int)]) {
        write(name, help, type: "counter", samples)
    }

    private mutating func write(
        _ name: String, _ help: String, type: String, _ samples: [(labels: Labels, value: Int)]
    ) {
        begin(name, help, type: type)
        for (labels, value) in samples { sample(name, labels.text, String(value)) }
    }

    mutating func histograms(_ name: String, _ help: String, _ family: Family<Histogram>) {
        let samples = family.all
        guard !samples.isEmpty else { return }
        begin(name, help, type: "histogram")
        for (labels, histogram) in samples {
            let snapshot = histogram.snapshot
            let prefix = labels.text.isEmpty ? "" : labels.text + ","
            for (bound, count) in zip(Histogram.bounds, snapshot.cumulative) {
                sample(name + "_bucket", "\(prefix)le=\"\(bound)\"", String(count))
            }
            sample(name + "_bucket", "\(prefix)le=\"+Inf\"", String(snapshot.count))
            sample(name + "_sum", labels.text, String(snapshot.sum))
            sample(name + "_count", labels.text, String(snapshot.count))
        }
    }

    private mutating func begin(_ name: String, _ help: String, type: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func sample(_ name: String, _ labels: String, _ value: String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }
}
