internal import CodecCore
internal import CodecMaps

/// Reads an `AnswerPiece` in one pass over its JSON; fields that no reader needs are skipped.
struct AnswerPieceParser {
    private var parser: JSONPullParser
    private var piece = AnswerPiece()
    /// The first field of a wrong type.
    private var wrong: StaticString?

    /// - Throws: `malformed` for what is no JSON object, or has a field of a wrong type.
    static func parse(_ json: [UInt8]) throws(AnswerError) -> AnswerPiece {
        let (piece, failure) = json.withUnsafeBufferPointer { bytes -> (AnswerPiece, AnswerError?) in
            var parser = AnswerPieceParser(parser: JSONPullParser(bytes))
            do throws(JSONError) {
                try parser.readAll()
            } catch {
                return (
                    parser.piece,
                    .malformed("The data is no JSON: \(error.code.rawValue) (byte \(error.offset)).")
                )
            }
            return (parser.piece, parser.wrong.map { .malformed("'\($0)' has a wrong type.") })
        }
        if let failure { throw failure }
        return piece
    }

    private init(parser: JSONPullParser) { self.parser = parser }

    private mutating func readAll() throws(JSONError) {
        guard try isObject("data") else { return }
        var isError = false
        var errorMembers: [JSONValue.Member] = []
        while try parser.next() == .key {
            if parser.isString("choices") {
                try readChoices()
            } else if parser.isString("usage") {
                piece.usage = try usage()
            } else if parser.isString("prompt_token_ids") {
                piece.promptTokenIDs = try ids()
            } else if parser.isString("error") {
                try readError()
            } else if parser.isString("object") {
                let token = try parser.next()
                // How some servers begin an error that is not wrapped.
                isError = token == .string && parser.isString("error")
                try parser.skipRest(of: token)
            } else if parser.isString("message") || parser.isString("type") || parser.isString("code") {
                let name = parser.string
                errorMembers.append(.init(name: name, value: try JSONValue(try parser.next(), from: &parser)))
            } else {
                try skip()
            }
        }
        _ = try parser.next()
        if isError { piece.error = AnswerError(byOpenAI: .object(errorMembers)) }
    }

    private mutating func readError() throws(JSONError) {
        let value = try JSONValue(try parser.next(), from: &parser)
        guard value != .null else { return }
        piece.error = AnswerError(byOpenAI: value)
    }

    // MARK: - Choices

    private mutating func readChoices() throws(JSONError) {
        guard try isArray("choices") else { return }
        var count = 0
        while true {
            let token = try parser.next()
            if token == .endArray { break }
            count += 1
            let choice = try choice(token)
            if piece.choice == nil, choice.index == 0 { piece.choice = choice }
        }
        piece.choiceCount = count
    }

    private mutating func choice(_ token: JSONPullParser.Token) throws(JSONError) -> AnswerPiece.Choice {
        var choice = AnswerPiece.Choice()
        guard try isObject(token, "choices[]") else { return choice }
        while try parser.next() == .key {
            if parser.isString("delta") || parser.isString("message") {
                try readMessage(into: &choice)
            } else if parser.isString("text") {
                choice.text = try string("text")
            } else if parser.isString("index") {
                choice.index = try integer("index") ?? 0
            } else if parser.isString("finish_reason") {
                choice.finishReason = try string("finish_reason")
            } else if parser.isString("stop_reason") || parser.isString("matched_stop") {
                let token = try parser.next()
                // A number is the id that the model ends with.
                if token == .string { choice.stopText = parser.string }
                try parser.skipRest(of: token)
            } else if parser.isString("logprobs") {
                choice.logprobs = TokenLogprob.list(try JSONValue(try parser.next(), from: &parser))
            } else if parser.isString("token_ids") {
                choice.tokenIDs = try ids() ?? []
            } else if parser.isString("prompt_token_ids") {
                choice.promptTokenIDs = try ids()
            } else {
                try skip()
            }
        }
        return choice
    }

    private mutating func readMessage(into choice: inout AnswerPiece.Choice) throws(JSONError) {
        guard try isObject("delta") else { return }
        while try parser.next() == .key {
            if parser.isString("content") {
                try readContent(into: &choice)
            } else if parser.isString("reasoning_content") || parser.isString("reasoning") {
                // Two names of one thing, which some servers send both.
                if let text = try string("reasoning"), choice.reasoning?.isEmpty ?? true {
                    choice.reasoning = text
                }
            } else if parser.isString("refusal") {
                choice.refusal = try string("refusal")
            } else if parser.isString("tool_calls") {
                try readCalls(into: &choice)
            } else if parser.isString("function_call") {
                let token = try parser.next()
                if token == .beginObject { choice.functionCall = try function() }
            } else {
                try skip()
            }
        }
    }

    /// A text, or parts of which some are thoughts.
    private mutating func readContent(into choice: inout AnswerPiece.Choice) throws(JSONError) {
        let token = try parser.next()
        guard token == .beginArray else {
            choice.text = try string(token, "content")
            return
        }
        let parts = try JSONValue(token, from: &parser).array ?? []
        for part in parts {
            if let text = part["text"]?.string { choice.text = (choice.text ?? "") + text }
            for thought in part["thinking"]?.array ?? [] {
                choice.reasoning = (choice.reasoning ?? "") + (thought["text"]?.string ?? "")
            }
        }
    }

    // MARK: - Calls

    private mutating func readCalls(into choice: inout AnswerPiece.Choice) throws(JSONError) {
        guard try isArray("tool_calls") else { return }
        while true {
            let token = try parser.next()
            if token == .endArray { return }
            guard try isObject(token, "tool_calls[]") else { continue }
            var call = AnswerPiece.CallPart()
            while try parser.next() == .key {
                if parser.isString("index") {
                    call.index = try integer("tool_calls[].index")
                } else if parser.isString("id") {
                    call.id = try string("tool_calls[].id")
                } else if parser.isString("function") || parser.isString("custom") {
                    guard try isObject("tool_calls[].function") else { continue }
                    let function = try function()
                    call.name = function.name
                    call.arguments = function.arguments
                } else {
                    try skip()
                }
            }
            choice.calls.append(call)
        }
    }

    /// The rest of an object with name and arguments, or a custom tool's input.
    private mutating func function() throws(JSONError) -> AnswerPiece.CallPart {
        var call = AnswerPiece.CallPart()
        while try parser.next() == .key {
            if parser.isString("name") {
                call.name = try string("function.name")
            } else if parser.isString("arguments") || parser.isString("input") {
                let token = try parser.next()
                if token == .beginObject {
                    call.arguments = try JSONValue(token, from: &parser).json
                } else {
                    call.arguments = try string(token, "function.arguments")
                }
            } else {
                try skip()
            }
        }
        return call
    }

    // MARK: - Usage

    private mutating func usage() throws(JSONError) -> ModelUsage? {
        let token = try parser.next()
        guard token == .beginObject else {
            try parser.skipRest(of: token)
            return nil
        }
        var usage = ModelUsage(inputTokens: 0, outputTokens: 0)
        while try parser.next() == .key {
            if parser.isString("prompt_tokens") {
                usage.inputTokens = try integer("usage.prompt_tokens") ?? 0
            } else if parser.isString("completion_tokens") {
                usage.outputTokens = try integer("usage.completion_tokens") ?? 0
            } else if parser.isString("prompt_tokens_details") || parser.isString("completion_tokens_details")
            {
                let details = try JSONValue(try parser.next(), from: &parser)
                usage.cachedTokens = details.count("cached_tokens") ?? usage.cachedTokens
                usage.cacheWriteTokens = details.count("cache_write_tokens") ?? usage.cacheWriteTokens
                usage.reasoningTokens = details.count("reasoning_tokens") ?? usage.reasoningTokens
            } else {
                try skip()
            }
        }
        return usage
    }
}

extension AnswerPieceParser {
    // MARK: - Values

    private mutating func skip() throws(JSONError) { try parser.skipRest(of: try parser.next()) }

    /// Notes a field of a wrong type, and reads on behind it.
    private mutating func refuse(_ token: JSONPullParser.Token, _ field: StaticString) throws(JSONError) {
        wrong = wrong ?? field
        try parser.skipRest(of: token)
    }

    private mutating func isObject(_ field: StaticString) throws(JSONError) -> Bool {
        try isObject(try parser.next(), field)
    }

    private mutating func isObject(
        _ token: JSONPullParser.Token, _ field: StaticString
    ) throws(JSONError) -> Bool {
        if token == .beginObject { return true }
        if token != .null || field.utf8CodeUnitCount == 4 { try refuse(token, field) }
        return false
    }

    /// Whether an array begins; null counts as none.
    private mutating func isArray(_ field: StaticString) throws(JSONError) -> Bool {
        let token = try parser.next()
        if token == .beginArray { return true }
        if token != .null { try refuse(token, field) }
        return false
    }

    private mutating func string(_ field: StaticString) throws(JSONError) -> String? {
        try string(try parser.next(), field)
    }

    private mutating func string(
        _ token: JSONPullParser.Token, _ field: StaticString
    ) throws(JSONError) -> String? {
        if token == .string { return parser.string }
        if token != .null { try refuse(token, field) }
        return nil
    }

    private mutating func integer(_ field: StaticString) throws(JSONError) -> Int? {
        let token = try parser.next()
        if token == .number, let value = parser.integer { return Int(clamping: value) }
        if token != .null { try refuse(token, field) }
        return nil
    }

    private mutating func ids() throws(JSONError) -> [TokenID]? {
        guard try isArray("token_ids") else { return nil }
        var ids: [TokenID] = []
        while true {
            let token = try parser.next()
            if token == .endArray { return ids }
            if token == .number, let id = parser.integer.flatMap(TokenID.init(exactly:)) {
                ids.append(id)
            } else {
                try refuse(token, "token_ids")
            }
        }
    }
}

extension JSONValue {
    /// A member that counts something.
    fileprivate func count(_ name: String) -> Int? {
        guard case .integer(let count)? = self[name], count >= 0 else { return nil }
        return count
    }
}

extension AnswerError {
    /// The `error` of an answer: an object with `message`, `type`, `code`, or a text.
    init(byOpenAI value: JSONValue) {
        let message = value["message"]?.string ?? value.string ?? value.json
        // The code is the narrower of the two.
        self = .reported(message: message, type: value["code"]?.string ?? value["type"]?.string)
    }
}
