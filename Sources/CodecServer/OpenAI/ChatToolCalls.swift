internal import CodecEngines
internal import CodecAPI
internal import CodecCore

/// Tool calls as the chat API shows them.
enum ChatToolCalls {
    /// The calls that have a name; what has none is text that the model wrote between its markers.
    static func split(_ calls: [ToolCall]) -> (calls: [ToolCall], text: String) {
        (calls.filter { $0.name != nil }, calls.filter { $0.name == nil }.map(\.argumentsJSON).joined())
    }

    /// `"id":…,"type":"function","function":{…}}`: a call's object behind its opening brace. A call without an id gets
    /// one, for clients name the call that a result answers.
    static func append(_ call: ToolCall, to output: inout [UInt8]) {
        output.append(json: #""id":"#)
        output.append(jsonString: call.id ?? "call_" + RandomName.make())
        output.append(json: #","type":"function","function":{"name":"#)
        output.append(jsonString: call.name ?? "")
        output.append(json: #","arguments":"#)
        output.append(jsonString: call.argumentsJSON)
        output.append(json: "}}")
    }
}
