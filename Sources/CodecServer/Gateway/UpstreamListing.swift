internal import CodecGateway
internal import CodecMaps
internal import Foundation

/// `GET /admin/upstreams`: how each upstream does. No key, no header and no query of an address is in it.
struct UpstreamListing {
    let gateway: Gateway

    /// - Parameter now: when it is.
    func document(at now: ContinuousClock.Instant = .now) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("upstreams")
            json.array { json in
                for upstream in gateway.upstreams { append(upstream, now, to: &json) }
            }
        }
        return json.bytes
    }

    private func append(_ upstream: Upstream, _ now: ContinuousClock.Instant, to json: inout JSONWriter) {
        let state = upstream.snapshot
        json.object { json in
            json.member("name", upstream.name)
            json.member("kind", upstream.configuration.kind.rawValue)
            json.member("url", upstream.configuration.shownURL)
            switch state.availability(at: now) {
            case .open:
                json.member("state", state.isWorking.map { $0 ? "healthy" : "failing" } ?? "unknown")
            case .halfOpen: json.member("state", "trying")
            case .unhealthy: json.member("state", "unhealthy")
            case .out(let until):
                json.member("state", "ejected")
                let end = Int(Date().timeIntervalSince1970 + max(.zero, until - now) / .seconds(1))
                json.member("ejected_until", CallerKey.date(seconds: end))
            }
            for (name, count) in [
                ("running", state.running), ("waiting", state.waiting), ("requests", state.requests),
                ("failures", state.failures),
            ] {
                json.key(name)
                json.number(count)
            }
            if let latency = state.latency {
                json.key("first_chunk_ms")
                json.number(Int((latency * 1000).rounded()))
            }
            json.member("last_error", state.lastError)
        }
    }
}
