extension GatewayConfiguration {
    /// How the gateway chooses among upstreams, and what it does with those that fail.
    public struct Routing: Sendable, Equatable {
        public enum Policy: String, Sendable, CaseIterable {
            /// The one with the fewest running requests for its weight.
            case leastBusy = "least-busy"
            /// By chance, as often as its weight says.
            case weighted
            /// The same one for the same beginning of a prompt, whose cache has it; another one while that one has much more
            /// to do than the rest.
            case prefix
        }

        public var policy = Policy.leastBusy
        /// Tries for one request, over all upstreams; only before the first byte of an answer.
        public var attempts = 3
        /// So many failures in a row take an upstream out.
        public var ejectAfter = 3
        /// How long it is out at first; each further time twice as long.
        public var ejectFor: Duration = .seconds(2)
        /// How long it is out at most.
        public var ejectAtMost: Duration = .seconds(60)

        public init() {}
    }
}
