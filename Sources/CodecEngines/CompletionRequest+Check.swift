internal import CodecCore

extension CompletionRequest {
    private static let stopCountLimit = 32
    private static let stopLengthLimit = 4096

    /// Checks what every engine has to before anything is generated: ids, limits, sampling, stop strings.
    /// - Parameters:
    ///   - contextLength: Ids that prompt and completion share.
    ///   - vocabularySize: One more than the largest id.
    /// - Returns: How many new ids there may be.
    /// - Throws: `invalidRequest` or `contextOverflow`, naming the field.
    public func check(contextLength: Int, vocabularySize: Int) throws(EngineError) -> Int {
        guard !prompt.isEmpty else {
            throw EngineError(.invalidRequest, "The prompt is empty.", parameter: "prompt")
        }
        if let index = prompt.firstIndex(where: { Int($0) >= vocabularySize }) {
            throw EngineError(
                .invalidRequest,
                "prompt[\(index)] is \(prompt[index]), but the vocabulary ends at \(vocabularySize - 1).",
                parameter: "prompt")
        }
        try checkStops()
        try sampling.check()
        let limit = try newIDLimit(contextLength)
        try checkConstraint(limit: limit, vocabularySize: vocabularySize)
        return limit
    }

    private func checkConstraint(limit: Int, vocabularySize: Int) throws(EngineError) {
        guard let constraint else { return }
        guard (constraint.prefix + constraint.suffix).allSatisfy({ Int($0) < vocabularySize }) else {
            throw EngineError(
                .invalidRequest, "The completion is to have ids that the vocabulary has not.",
                parameter: "constraint")
        }
        guard constraint.fixedCount < limit else {
            throw EngineError(
                .invalidRequest,
                "The completion has \(constraint.fixedCount) fixed tokens; there is room for \(limit).",
                parameter: "max_tokens")
        }
    }

    private func newIDLimit(_ contextLength: Int) throws(EngineError) -> Int {
        let room = contextLength - prompt.count
        guard room >= 1 else {
            throw EngineError(
                .contextOverflow,
                "The prompt has \(prompt.count) tokens; the context of \(contextLength) leaves room for "
                    + "\(contextLength - 1) and a completion.", parameter: "prompt")
        }
        guard let maxTokens else { return room }
        guard maxTokens >= 1 else {
            throw EngineError(
                .invalidRequest, "max_tokens is \(maxTokens); it must be at least 1.", parameter: "max_tokens"
            )
        }
        guard maxTokens <= room else {
            throw EngineError(
                .contextOverflow,
                "The prompt has \(prompt.count) tokens and max_tokens is \(maxTokens); the context holds "
                    + "\(contextLength) together.", parameter: "max_tokens")
        }
        return maxTokens
    }

    private func checkStops() throws(EngineError) {
        guard stop.count <= Self.stopCountLimit else {
            throw EngineError(
                .invalidRequest, "There are \(stop.count) stop strings; \(Self.stopCountLimit) are allowed.",
                parameter: "stop")
        }
        guard stop.allSatisfy({ (1...Self.stopLengthLimit).contains($0.utf8.count) }) else {
            throw EngineError(
                .invalidRequest, "A stop string must have 1 to \(Self.stopLengthLimit) bytes.",
                parameter: "stop")
        }
    }
}

extension SamplingParameters {
    fileprivate func check() throws(EngineError) {
        // A range's `contains` is false for NaN.
        try require((0...Float.greatestFiniteMagnitude).contains(temperature), "temperature", "at least 0")
        try require(topK >= 0, "top_k", "at least 0")
        try require(topP > 0 && topP <= 1, "top_p", "above 0 and at most 1")
        try require((0...1).contains(minP), "min_p", "between 0 and 1")
        try require(
            repetitionPenalty > 0 && repetitionPenalty.isFinite, "repetition_penalty", "above 0")
    }

    private func require(_ holds: Bool, _ parameter: String, _ range: String) throws(EngineError) {
        if !holds {
            throw EngineError(.invalidRequest, "\(parameter) must be \(range).", parameter: parameter)
        }
    }
}
