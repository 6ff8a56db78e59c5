public import CodecCore
public import CodecEngines
internal import CodecMaps

/// What every `TokenEngine` owes its callers, as checks that any implementation can be run through.
///
/// ```swift
/// try await EngineCompatibility(engine: engine, prompt: ids).checkAll()
/// ```
///
/// Each check throws an `Incompatibility` that says what was expected and what came. Nothing else may use the engine
/// at the same time. `checkAll` ends with the engine's shutdown.
public struct EngineCompatibility: Sendable {
    let engine: any TokenEngine
    let prompt: [TokenID]
    let patience: Duration

    /// - Parameters:
    ///   - prompt: Ids after which the engine generates at least 100 more, at temperature 0.
    ///   - patience: How long the engine may take to notice that a reader has left.
    public init(engine: any TokenEngine, prompt: [TokenID], patience: Duration = .seconds(30)) {
        self.engine = engine
        self.prompt = prompt
        self.patience = patience
    }

    public struct Incompatibility: Error, CustomStringConvertible {
        public let description: String
    }

    public func checkAll() async throws {
        try await checkFrames()
        try await checkLimits()
        try await checkRefusals()
        try await checkLeaving()
        try await checkCancellation()
        try await checkTogether()
        try await checkShutdown()
    }

    /// Ids in the vocabulary, on frames that are not empty; one terminal frame with a reason; nothing after it.
    public func checkFrames() async throws {
        var iterator = try await engine.generate(request(maxTokens: 16)).makeAsyncIterator()
        var hasEnded = false
        var count = 0
        while let frame = try await iterator.next() {
            try require(!hasEnded, "a frame after the terminal frame")
            try require(frame.done || !frame.ids.isEmpty, "an empty frame before the end")
            try require(frame.done == (frame.finishReason != nil), "a finish reason on the last frame only")
            for id in frame.ids {
                try require(engine.map.vocabulary.contains(id), "id \(id), which the vocabulary has not")
            }
            count += frame.ids.count
            hasEnded = frame.done
        }
        try require(hasEnded, "a stream without a terminal frame")
        try require(count == 16, "\(count) ids where the limit was 16")
        try require(try await iterator.next() == nil, "a frame after the end")
    }

    /// `maxTokens` is the number of ids, and the reason is `length`.
    public func checkLimits() async throws {
        for limit in [1, 2, 7] {
            let (ids, reason) = try await collect(request(maxTokens: limit))
            try require(ids.count == limit, "\(ids.count) ids where the limit was \(limit)")
            try require(reason == .length, "reason \(reason?.rawValue ?? "none") at the limit")
        }
    }

    /// Requests that can never succeed are refused before anything is generated, and the field is named.
    public func checkRefusals() async throws {
        let context = engine.model.contextLength
        let unknown = prompt + [TokenID(clamping: engine.map.vocabulary.idLimit)]
        let long = Array(repeating: prompt.first ?? 0, count: context)
        let cases: [(String, CompletionRequest, EngineError.Code, String)] = [
            ("an empty prompt", .init(prompt: []), .invalidRequest, "prompt"),
            ("an unknown id", .init(prompt: unknown), .invalidRequest, "prompt"),
            ("the largest id", .init(prompt: [.max]), .invalidRequest, "prompt"),
            ("no new ids", request(maxTokens: 0), .invalidRequest, "max_tokens"),
            ("fewer than no new ids", request(maxTokens: .min), .invalidRequest, "max_tokens"),
            ("a prompt that fills the context", .init(prompt: long), .contextOverflow, "prompt"),
            (
                "more new ids than the context has", request(maxTokens: context), .contextOverflow,
                "max_tokens"
            ),
            ("a huge limit", request(maxTokens: .max), .contextOverflow, "max_tokens"),
            ("an empty stop", .init(prompt: prompt, stop: ["x", ""]), .invalidRequest, "stop"),
            ("a temperature that is no number", request(temperature: .nan), .invalidRequest, "temperature"),
            ("a negative temperature", request(temperature: -1), .invalidRequest, "temperature"),
        ]
        for (name, request, code, parameter) in cases {
            do throws(EngineError) {
                _ = try await engine.generate(request)
            } catch {
                try require(
                    error.code == code && error.parameter == parameter,
                    "\(name) gave \(error.code.rawValue), \(error.parameter ?? "no field")")
                continue
            }
            throw Incompatibility(description: "\(name) was not refused")
        }
        try await waitUntilIdle("refused requests")
    }

    /// A reader that drops the stream, at once or after some frames, frees its slot.
    public func checkLeaving() async throws {
        for frames in [0, 1, 2] {
            do {
                var iterator = try await engine.generate(request(maxTokens: nil)).makeAsyncIterator()
                for _ in 0..<frames { _ = try await iterator.next() }
            }
            try await waitUntilIdle("a reader that left after \(frames) frames")
        }
    }

    /// Cancelling the task that reads ends its loop and frees the slot.
    public func checkCancellation() async throws {
        let stream = try await engine.generate(request(maxTokens: nil))
        let reading = Task {
            var frames = 0
            for try await _ in stream {
                frames += 1
                if frames == 2 { withUnsafeCurrentTask { $0?.cancel() } }
            }
            return frames
        }
        let frames = try await reading.value
        try require(frames == 2, "\(frames) frames where the reader was cancelled after 2")
        try await waitUntilIdle("a cancelled reader")
    }

    /// As many requests as there are slots, all at once, each complete.
    public func checkTogether() async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<engine.load.slots {
                group.addTask { try await collect(request(maxTokens: 16)).ids.count }
            }
            for try await count in group { try require(count == 16, "\(count) ids where the limit was 16") }
        }
        try await waitUntilIdle("complete requests")
    }

    /// After the shutdown, running streams have ended with an error and new requests are refused.
    public func checkShutdown() async throws {
        let stream = try await engine.generate(request(maxTokens: nil))
        await engine.shutdown()
        var last: TokenFrame?
        do throws(EngineError) {
            for try await frame in stream { last = frame }
            throw EngineError(.generationFailed, "")
        } catch {
            try require(
                error.code == .shuttingDown && last?.done != true,
                "no `shuttingDown` to a stream that ran at the shutdown")
        }
        do throws(EngineError) {
            _ = try await engine.generate(request(maxTokens: 1))
        } catch {
            return try require(error.code == .shuttingDown, "\(error.code.rawValue) after the shutdown")
        }
        throw Incompatibility(description: "a request was accepted after the shutdown")
    }

    private func request(maxTokens: Int? = 1, temperature: Float = 0) -> CompletionRequest {
        CompletionRequest(prompt: prompt, maxTokens: maxTokens, sampling: .init(temperature: temperature))
    }

    private func collect(_ request: CompletionRequest) async throws -> (ids: [TokenID], reason: FinishReason?)
    {
        var ids: [TokenID] = []
        var reason: FinishReason?
        for try await frame in try await engine.generate(request) {
            ids += frame.ids
            reason = frame.finishReason
        }
        return (ids, reason)
    }

    private func waitUntilIdle(_ after: String) async throws {
        let end = ContinuousClock.now + patience
        while engine.load.busySlots > 0 || engine.load.queued > 0 {
            try require(ContinuousClock.now < end, "\(engine.load.busySlots) busy slots after \(after)")
            await Task.yield()
        }
    }

    private func require(_ holds: Bool, _ found: String) throws {
        if !holds { throw Incompatibility(description: "The engine gave \(found).") }
    }
}
