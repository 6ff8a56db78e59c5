internal import CodecMaps

/// How much the model is asked to think, and how many new tokens it gets for thoughts and answer together.
struct MessagesThinking {
    /// The least budget that this API takes.
    static let minimumBudget = 1024

    /// nil = `thinking` is not sent.
    private(set) var config: JSONValue?
    /// Whether the model thinks, so that what excludes thinking must not be sent.
    private(set) var isOn = false
    /// Whether thinking was asked for and cannot be had.
    private(set) var isRefused = false
    let maxTokens: Int

    /// - Parameter isAllowed: whether nothing else in the request excludes thinking.
    /// - Throws: 400 for an effort of an unknown name.
    init(
        _ options: ReasoningOptions?, maxTokens: Int?, defaultMaxTokens: Int, isAllowed: Bool
    ) throws(APIError) {
        guard let budget = try Self.budget(options) else {
            self.maxTokens = maxTokens ?? defaultMaxTokens
            if options?.isEnabled == false || options?.effort == "none" {
                config = .members(["type": .string("disabled")])
            }
            return
        }
        // An answer needs room beside the thoughts.
        let affordable = min(budget, maxTokens.map { $0 / 2 } ?? budget)
        guard isAllowed, affordable >= Self.minimumBudget else {
            self.maxTokens = maxTokens ?? defaultMaxTokens
            isRefused = true
            return
        }
        isOn = true
        config = .members(["type": .string("enabled"), "budget_tokens": .integer(affordable)])
        self.maxTokens = maxTokens ?? defaultMaxTokens.addingReportingOverflow(affordable).partialValue
    }

    /// Tokens for thoughts; nil = none.
    private static func budget(_ options: ReasoningOptions?) throws(APIError) -> Int? {
        guard let options, options.isEnabled != false else { return nil }
        if let budget = options.budget { return min(max(budget, minimumBudget), 1 << 24) }
        switch options.effort {
        case nil: return options.isEnabled == true ? 8192 : nil
        case "none": return nil
        case "minimal": return minimumBudget
        case "low": return 2048
        case "medium": return 8192
        case "high": return 16384
        case "xhigh", "max": return 32768
        case .some(let name):
            throw .invalidRequest("There is no reasoning effort '\(name.prefix(100))'.", param: "reasoning")
        }
    }
}
