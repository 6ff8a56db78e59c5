import Logging
import UnixSignals

/// What SIGHUP does: files are read again. What is wrong with them is logged, and all stays as it was.
struct Reloading: Sendable {
    let logger: Logger
    let reload: @Sendable () async throws -> Void

    /// Until the task is cancelled.
    func run() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            do {
                try await reload()
                logger.notice("Reloaded")
            } catch {
                logger.error("Not reloaded", metadata: ["error": "\(error)"])
            }
        }
    }
}
