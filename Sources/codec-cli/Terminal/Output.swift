import Foundation

/// Stdout behind a buffer.
final class Output {
    private static let bufferSize = 1 << 16
    private var buffer: [UInt8] = []

    func write(_ bytes: some Sequence<UInt8>) throws(Failure) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    func write(_ text: String) throws(Failure) {
        try write(text.utf8)
    }

    func flush() throws(Failure) {
        guard !buffer.isEmpty else { return }
        let error = FileDescriptorWriter.writeAll(buffer, to: STDOUT_FILENO)
        buffer.removeAll(keepingCapacity: true)
        guard error != 0 else { return }
        if error == EPIPE { Self.endBySignal() }
        throw Failure("cannot write to stdout: \(String(cString: strerror(error)))")
    }

    /// Ends as every tool does whose reader went away, whatever has been done about the signal before.
    private static func endBySignal() {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
    }
}
