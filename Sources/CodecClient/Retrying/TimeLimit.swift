/// Runs work for no longer than `limit`, then cancels it.
/// - Throws: `timeLimit`, or what the work throws.
func withTimeLimit<Success: Sendable>(
    _ limit: Duration, what: String,
    _ work: @escaping @Sendable () async throws(ClientError) -> Success
) async throws(ClientError) -> Success {
    let result = await withTaskGroup(of: Result<Success, ClientError>.self) { group in
        group.addTask {
            do throws(ClientError) {
                return .success(try await work())
            } catch {
                return .failure(error)
            }
        }
        group.addTask {
            do {
                try await Task.sleep(for: limit)
                return .failure(ClientError(.timeLimit, "\(what) took longer than \(limit)"))
            } catch {
                return .failure(ClientError.cancellation)
            }
        }
        let first = await group.next()
        group.cancelAll()
        return first ?? .failure(ClientError.cancellation)
    }
    return try result.get()
}
