extension [UInt8] {
    /// A choice's `logprobs` as chat has it.
    mutating func append(chat logprobs: [TokenLogprob]) {
        guard !logprobs.isEmpty else { return append(json: "null") }
        append(json: #"{"content":["#)
        for (index, logprob) in logprobs.enumerated() {
            if index > 0 { append(json: ",") }
            appendEntry(logprob)
            append(json: #","top_logprobs":["#)
            for (index, alternative) in logprob.alternatives.enumerated() {
                if index > 0 { append(json: ",") }
                appendEntry(alternative)
                append(json: "}")
            }
            append(json: "]}")
        }
        append(json: #"],"refusal":null}"#)
    }

    /// An entry but for its end.
    private mutating func appendEntry(_ logprob: TokenLogprob) {
        append(json: #"{"token":"#)
        append(jsonString: logprob.token)
        append(json: #","logprob":"#)
        append(jsonNumber: logprob.logprob)
        append(json: #","bytes":"#)
        if let bytes = logprob.bytes {
            append(json: "[")
            for (index, byte) in bytes.enumerated() {
                if index > 0 { append(json: ",") }
                append(json: Int(byte))
            }
            append(json: "]")
        } else {
            append(json: "null")
        }
    }

    /// A choice's `logprobs` as completions have it: parallel arrays.
    /// - Parameter offset: where the first token's text begins, in Unicode scalars; moved behind the last one.
    mutating func append(completions logprobs: [TokenLogprob], offset: inout Int) {
        guard !logprobs.isEmpty else { return append(json: "null") }
        append(json: #"{"tokens":["#)
        for (index, logprob) in logprobs.enumerated() {
            if index > 0 { append(json: ",") }
            append(jsonString: logprob.token)
        }
        append(json: #"],"token_logprobs":["#)
        for (index, logprob) in logprobs.enumerated() {
            if index > 0 { append(json: ",") }
            append(jsonNumber: logprob.logprob)
        }
        append(json: #"],"top_logprobs":["#)
        for (index, logprob) in logprobs.enumerated() {
            append(json: index > 0 ? ",{" : "{")
            for (index, alternative) in logprob.alternatives.enumerated() {
                if index > 0 { append(json: ",") }
                append(jsonString: alternative.token)
                append(json: ":")
                append(jsonNumber: alternative.logprob)
            }
            append(json: "}")
        }
        append(json: #"],"text_offset":["#)
        for (index, logprob) in logprobs.enumerated() {
            if index > 0 { append(json: ",") }
            append(json: offset)
            offset += logprob.token.unicodeScalars.count
        }
        append(json: "]}")
    }
}
