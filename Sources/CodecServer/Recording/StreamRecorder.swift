internal import CodecAPI
internal import CodecEngines
internal import CodecCompression
internal import CodecCore
internal import Dispatch
internal import Foundation
public import Logging
internal import Synchronization

/// Keeps the ids of streams, and nothing else of them, as material for dictionaries and rank tables: lines of JSON
/// (`RecordedStream`) in a file of this run, in a folder that never grows beyond a limit.
///
/// Lines are written behind a queue of their own: a stream is never held up. When the disk is slower than the
/// streams, streams are left out.
public final class StreamRecorder: Sendable {
    /// Ids that may wait to be written.
    private static let mostWaitingIDs = 4 << 20

    private struct State {
        var waitingIDs = 0
        /// Nothing more is recorded.
        var isClosed = false
    }

    private let folder: String
    private let limit: Int
    private let file: Int32
    private let logger: Logger
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "codec.recording", qos: .utility)

    /// Makes the folder where it is missing, and the file.
    /// - Parameter limit: bytes of all files in the folder.
    /// - Throws: `failed` when there can be no file.
    public init(folder: String, limit: Int, logger: Logger) throws(ServerError) {
        self.folder = folder
        self.limit = limit
        self.logger = logger
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw ServerError(.failed, "Cannot record in \(folder): \(error.localizedDescription)")
        }
        let path = "\(folder)/streams-\(Self.timestamp())-\(RandomName.make().prefix(8)).jsonl"
        // Only the owner reads it: ids can be turned into text again.
        file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw ServerError(.failed, "Cannot record in \(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit { Foundation.close(file) }

    /// Takes a stream to be written.
    func record(_ stream: RecordedStream) {
        let count = stream.frames.reduce(0) { $0 + $1.count }
        guard count > 0, reserve(count) else { return }
        queue.async { [self] in
            defer { state.withLock { $0.waitingIDs -= count } }
            write(stream)
        }
    }

    /// Returns once everything that was taken is written.
    func flush() { queue.sync {} }

    private func reserve(_ count: Int) -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.waitingIDs + count <= Self.mostWaitingIDs else { return false }
            state.waitingIDs += count
            return true
        }
    }

    /// On the queue.
    private func write(_ stream: RecordedStream) {
        guard !state.withLock({ $0.isClosed }), var line = try? JSONEncoder().encode(stream) else { return }
        line.append(0x0A)
        // Other servers may record there too.
        guard folderBytes() + line.count <= limit else {
            return close("the folder has reached its limit of \(limit) bytes")
        }
        let start = lseek(file, 0, SEEK_END)
        let written = line.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
        guard written != line.count else { return }
        let reason = written < 0 ? String(cString: strerror(errno)) : "the disk is full"
        // Half a line would be no line of the file.
        if written > 0 { ftruncate(file, start) }
        close(reason)
    }

    private func close(_ reason: String) {
        state.withLock { $0.isClosed = true }
        logger.warning("Recording has stopped", metadata: ["folder": "\(folder)", "reason": "\(reason)"])
    }

    private func folderBytes() -> Int {
        let files = try? FileManager.default.contentsOfDirectory(
            at: URL(fileURLWithPath: folder), includingPropertiesForKeys: [.fileSizeKey])
        return (files ?? []).reduce(0) { total, file in
            total + ((try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0)
        }
    }

    private static func timestamp() -> String {
        let parts = Calendar(identifier: .gregorian).dateComponents(
            in: TimeZone(secondsFromGMT: 0) ?? .current, from: Date())
        return String(
            format: "%04d%02d%02dT%02d%02d%02dZ", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0,
            parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0)
    }
}
