package import CodecMaps

/// What a response is from its beginning: its names, and what it repeats of the request.
package struct ResponsesHead: Sendable {
    /// `resp_` and 32 hex digits.
    package let id: String
    /// Seconds since 1970.
    package let created: Int
    package let model: String
    /// Members of a JSON object, without braces: `ResponsesRequest.echo`.
    let echo: [UInt8]

    package init(id: String, created: Int, model: String, echo: [UInt8]) {
        self.id = id
        self.created = created
        self.model = model
        self.echo = echo
    }

    /// The id of an output item, which says what it is and whose: `msg_`, the response's digits, `_` and its place.
    func itemID(_ kind: ResponseItem.Kind, at index: Int) -> String {
        let prefix =
            switch kind {
            case .message: "msg_"
            case .reasoning: "rs_"
            case .functionCall: "fc_"
            case .customCall: "ctc_"
            }
        return Self.itemID(prefix, of: id, "\(index)")
    }

    /// The id of a call whose maker gave it none.
    func callID(at index: Int) -> String { Self.itemID("call_", of: id, "\(index)") }

    private static func itemID(_ prefix: String, of response: String, _ place: String) -> String {
        "\(prefix)\(response.drop { $0 != "_" }.dropFirst())_\(place)"
    }

    /// The items of a request as they are kept with its response: each with its type and an id.
    package static func inputItems(_ items: [JSONValue], of response: String) -> [JSONValue] {
        items.enumerated().map { index, item in
            var item = item
            if item["type"] == nil { item.set("type", "message") }
            if item["id"] == nil {
                item.set(
                    "id",
                    .string(
                        itemID(
                            item["type"]?.string == "message" ? "msg_" : "item_", of: response, "i\(index)")))
            }
            return item
        }
    }

    /// The response that an item with an id of ours belongs to; nil for ids of another form.
    package static func response(ofItem id: String) -> String? {
        let parts = id.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].utf8.count == 32 else { return nil }
        return "resp_\(parts[1])"
    }
}

extension ResponsesAnswer {
    /// The response object as it is now.
    package func document() -> [UInt8] {
        var output: [UInt8] = []
        appendDocument(to: &output)
        return output
    }

    func appendDocument(to output: inout [UInt8]) {
        output.append(json: #"{"id":"#)
        output.append(jsonString: head.id)
        output.append(json: #","object":"response","created_at":"#)
        output.append(json: head.created)
        output.append(json: #","status":"#)
        output.append(jsonString: statusName)
        output.append(json: #","error":"#)
        output.append(json: error)
        output.append(json: #","incomplete_details":"#)
        if case .incomplete(let reason) = status {
            output.append(json: ["reason": .string(reason)])
        } else {
            output.append(json: "null")
        }
        output.append(json: #","model":"#)
        output.append(jsonString: head.model)
        output.append(json: #","output":"#)
        output.append(json: .array(self.output))
        output.append(json: #","usage":"#)
        output.append(json: usage.map(Self.json) ?? .null)
        output.append(json: ",")
        output += head.echo
        output.append(json: "}")
    }

    package var statusName: String {
        switch status {
        case .inProgress: "in_progress"
        case .completed: "completed"
        case .incomplete: "incomplete"
        case .failed: "failed"
        case .cancelled: "cancelled"
        }
    }

    private var error: JSONValue {
        guard case .failed(let failure) = status else { return .null }
        return ["code": .string(failure.code), "message": .string(failure.message)]
    }

    private static func json(_ usage: ModelUsage) -> JSONValue {
        [
            "input_tokens": .integer(usage.inputTokens),
            "input_tokens_details": [
                "cached_tokens": .integer(usage.cachedTokens),
                "cache_write_tokens": .integer(usage.cacheWriteTokens),
            ], "output_tokens": .integer(usage.outputTokens),
            "output_tokens_details": ["reasoning_tokens": .integer(usage.reasoningTokens)],
            "total_tokens": .integer(usage.totalTokens),
        ]
    }
}
