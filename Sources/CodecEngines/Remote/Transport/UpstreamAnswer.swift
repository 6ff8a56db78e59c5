internal import CodecClient
package import NIOHTTP1
internal import NIOCore

/// The head of an upstream's answer, and the body to come.
package struct UpstreamAnswer: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: UpstreamAnswerBody
    let upstream: String

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// The body as events.
    /// - Throws: what a status other than 200 says; `upstreamFailed` for a page or a document in place of a stream.
    package func events() async throws(EngineError) -> UpstreamEvents {
        try await check()
        switch mediaType {
        case "text/html": throw notWanted("a web page")
        case "application/json":
            if let refusal = UpstreamRefusal(json: await beginning()) { throw refusal.error(of: upstream) }
            throw notWanted("a document in place of a stream")
        default: return UpstreamEvents(body)
        }
    }

    /// The whole body.
    /// - Throws: what a status other than 200 says; `upstreamFailed` for a page in place of a document.
    package func document() async throws(EngineError) -> [UInt8] {
        try await check()
        if mediaType == "text/html" { throw notWanted("a web page") }
        var bytes: [UInt8] = []
        while let part = try await body.next() { bytes += part.readableBytesView }
        return bytes
    }

    /// - Throws: what a status other than 200 says.
    package func check() async throws(EngineError) {
        if !isSuccess { throw await refusal().error(of: upstream) }
    }

    /// What a status other than 200 says.
    package func refusal() async -> UpstreamRefusal {
        UpstreamRefusal(status: status, headers: headers, body: await beginning())
    }

    /// In lower case, without parameters.
    private var mediaType: String? {
        headers.first(name: "Content-Type").map { value in
            value.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        }
    }

    private func notWanted(_ what: String) -> EngineError {
        EngineError(.upstreamFailed, "\(upstream) answered \(status) with \(what).", upstream: upstream)
    }

    /// The body's first bytes, as far as an error's text needs them.
    private func beginning() async -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            while bytes.count < 64 << 10, let part = try await body.next() { bytes += part.readableBytesView }
        } catch {
            // What came will do.
        }
        return bytes
    }
}
