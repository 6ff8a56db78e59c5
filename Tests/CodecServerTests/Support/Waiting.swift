import Testing

/// Waits until a condition holds; a test fails that waits too long.
func eventually(
    within limit: Duration = .seconds(60), _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    var tries = 0
    // Where other tests take all the processors, time alone says nothing.
    while ContinuousClock.now < deadline || tries < 500 {
        tries += 1
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(1))
    }
    Issue.record(what, sourceLocation: sourceLocation)
    throw WaitedTooLong()
}

struct WaitedTooLong: Error {}
