package import CodecClient

/// How one upstream is reached.
package struct UpstreamConfiguration: Sendable {
    /// In which header a key is sent.
    package enum KeyHeader: Sendable {
        /// `Authorization: Bearer KEY`
        case bearer
        /// `x-api-key: KEY`
        case apiKey
    }

    /// The operator's name for it, for errors and logs.
    package var name: String
    package var address: UpstreamAddress
    package var key: String?
    package var keyHeader: KeyHeader
    /// Sent with every request.
    package var headers: [(name: String, value: String)]
    package var timeouts: Timeouts
    package var limits: UpstreamLimits
    package var proxy: ProxyChoice

    package init(
        name: String, address: UpstreamAddress, key: String? = nil, keyHeader: KeyHeader = .bearer,
        headers: [(name: String, value: String)] = [],
        timeouts: Timeouts = Timeouts(firstByte: .seconds(600)), limits: UpstreamLimits = .init(),
        proxy: ProxyChoice = .none
    ) {
        self.name = name
        self.address = address
        self.key = key
        self.keyHeader = keyHeader
        self.headers = headers
        self.timeouts = timeouts
        self.limits = limits
        self.proxy = proxy
    }
}

/// How much is taken from an upstream for one answer.
package struct UpstreamLimits: Sendable, Equatable {
    /// From the sending of a request to the end of its answer.
    package var time: Duration
    /// Bytes of an answer, decompressed.
    package var answerBytes: Int
    /// Bytes of one event.
    package var eventBytes: Int

    package init(
        time: Duration = .seconds(3600), answerBytes: Int = 256 << 20, eventBytes: Int = 16 << 20
    ) {
        self.time = time
        self.answerBytes = answerBytes
        self.eventBytes = eventBytes
    }
}
