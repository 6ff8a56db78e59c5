internal import CodecMaps

extension TokenLogprob {
    /// The tokens of a choice's `logprobs`: chat's `content`, or the parallel arrays of completions.
    static func list(_ logprobs: JSONValue) -> [TokenLogprob] {
        let tokens = (logprobs["content"]?.array ?? []) + (logprobs["refusal"]?.array ?? [])
        guard tokens.isEmpty else { return tokens.compactMap(TokenLogprob.init) }
        return parallel(logprobs)
    }

    /// An entry of `content` or of `top_logprobs`.
    private init?(_ entry: JSONValue) {
        guard let token = entry["token"]?.string, let logprob = entry["logprob"]?.double else { return nil }
        self.init(
            token: token,
            bytes: entry["bytes"]?.array?.compactMap { byte in
                if case .integer(let value) = byte { UInt8(exactly: value) } else { nil }
            },
            logprob: logprob, alternatives: (entry["top_logprobs"]?.array ?? []).compactMap(TokenLogprob.init)
        )
    }

    /// `tokens`, `token_logprobs` and `top_logprobs`, one entry a token; a prompt's first token has no logprob.
    private static func parallel(_ logprobs: JSONValue) -> [TokenLogprob] {
        let tokens = logprobs["tokens"]?.array ?? []
        let values = logprobs["token_logprobs"]?.array ?? []
        let tops = logprobs["top_logprobs"]?.array ?? []
        return zip(tokens, values).enumerated().compactMap { index, pair in
            guard let token = pair.0.string, let logprob = pair.1.double else { return nil }
            var alternatives: [TokenLogprob] = []
            if index < tops.count, case .object(let members) = tops[index] {
                alternatives = members.compactMap { member in
                    member.value.double.map { TokenLogprob(token: member.name, logprob: $0) }
                }
            }
            return TokenLogprob(token: token, logprob: logprob, alternatives: alternatives)
        }
    }
}

extension JSONValue {
    fileprivate var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let text): Double(text)
        default: nil
        }
    }
}
