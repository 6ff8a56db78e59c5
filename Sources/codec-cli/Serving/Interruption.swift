import Foundation
import ServiceLifecycle
import UnixSignals

/// What SIGTERM and Ctrl-C do to a server: the first lets running streams finish, a Ctrl-C after it ends the program
/// at once.
enum Interruption {
    /// Shuts the group down when the first signal comes; returns when the task is cancelled.
    static func shutDown(_ group: ServiceGroup) async {
        var isShuttingDown = false
        for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
            // As a shell reports a program that a signal ended.
            if isShuttingDown, signal == .sigint { _exit(128 + SIGINT) }
            guard !isShuttingDown else { continue }
            isShuttingDown = true
            await group.triggerGracefulShutdown()
        }
    }
}
