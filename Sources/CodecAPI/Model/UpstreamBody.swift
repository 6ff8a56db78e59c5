/// A request as an upstream's API has it.
package struct UpstreamBody: Sendable, Equatable {
    package var json: [UInt8]
    /// What could not be said as the client said it; see `ModelStream.degradations`.
    package var degradations: [String]

    package init(json: [UInt8], degradations: [String] = []) {
        self.json = json
        self.degradations = degradations
    }
}
