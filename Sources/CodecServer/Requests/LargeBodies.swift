internal import CodecAPI
internal import CodecGateway
internal import Dispatch

/// Where large bodies are parsed and tokenized, and all that are compressed are decompressed, since these may be large
/// however little comes: one after another, off the threads that all streams share.
enum LargeBodies {
    /// Smaller bodies take less time than handing them over is worth.
    private static let leastBytes = 262_144

    private static let queue = DispatchQueue(label: "codec.large-bodies")

    /// What tasks are to prefer while they decompress.
    static let decompression = QueueExecutor(DispatchQueue(label: "codec.decompression"))

    /// Does the work on a body of so many bytes where it disturbs nobody.
    static func work<Result: Sendable>(
        on byteCount: Int, _ body: @escaping @Sendable () throws(APIError) -> Result
    ) async throws(APIError) -> Result {
        guard byteCount >= leastBytes else { return try body() }
        let caller = Caller.current
        let result = await withCheckedContinuation { continuation in
            queue.async {
                // What a task knows of its request goes along.
                Caller.$current.withValue(caller) {
                    continuation.resume(returning: Swift.Result(catching: body))
                }
            }
        }
        return try result.get()
    }
}
