import CodecMaps

// Anthropic's Messages.

extension ScriptedPlay {
    private var stopReason: String {
        isCut ? "max_tokens" : script.toolCalls.isEmpty ? "end_turn" : "tool_use"
    }

    private var input: String {
        #""input_tokens":\#(script.promptTokens - script.cachedTokens),"#
            + #""cache_creation_input_tokens":0,"cache_read_input_tokens":\#(script.cachedTokens)"#
    }

    func messages() -> UpstreamReply {
        let start =
            #"{"id":"msg_1","type":"message","role":"assistant","model":\#(model),"#
        guard isStreamed else {
            var blocks: [String] = []
            if !script.reasoning.isEmpty {
                blocks.append(
                    #"{"type":"thinking","thinking":\#(quoted(script.reasoning.joined())),"signature":"c2ln"}"#
                )
            }
            if !script.pieces.isEmpty { blocks.append(#"{"type":"text","text":\#(quoted(script.text))}"#) }
            blocks += script.toolCalls.map {
                #"{"type":"tool_use","id":\#(quoted($0.id)),"name":\#(quoted($0.name)),"#
                    + #""input":\#($0.arguments.joined())}"#
            }
            return document(
                start + #""content":[\#(blocks.joined(separator: ","))],"stop_reason":"\#(stopReason)","#
                    + #""stop_sequence":null,"usage":{\#(input),"output_tokens":\#(script.completionTokens)}}"#
            )
        }
        var events = [
            (
                "message_start",
                #"{"type":"message_start","message":\#(start)"content":[],"stop_reason":null,"#
                    + #""stop_sequence":null,"usage":{\#(input),"output_tokens":1}}}"#
            ),
            ("ping", #"{"type":"ping"}"#),
        ]
        var index = 0
        func block(_ start: String, _ deltas: [String]) {
            events.append(
                (
                    "content_block_start",
                    #"{"type":"content_block_start","index":\#(index),"content_block":\#(start)}"#
                ))
            events += deltas.map {
                ("content_block_delta", #"{"type":"content_block_delta","index":\#(index),"delta":\#($0)}"#)
            }
            events.append(("content_block_stop", #"{"type":"content_block_stop","index":\#(index)}"#))
            index += 1
        }
        if !script.reasoning.isEmpty {
            block(
                #"{"type":"thinking","thinking":"","signature":""}"#,
                script.reasoning.map { #"{"type":"thinking_delta","thinking":\#(quoted($0))}"# }
                    + [#"{"type":"signature_delta","signature":"c2ln"}"#])
        }
        if !script.pieces.isEmpty {
            block(
                #"{"type":"text","text":""}"#,
                script.pieces.map { #"{"type":"text_delta","text":\#(quoted($0.text))}"# })
        }
        for call in script.toolCalls {
            block(
                #"{"type":"tool_use","id":\#(quoted(call.id)),"name":\#(quoted(call.name)),"input":{}}"#,
                call.arguments.map { #"{"type":"input_json_delta","partial_json":\#(quoted($0))}"# })
        }
        events.append(
            (
                "message_delta",
                #"{"type":"message_delta","delta":{"stop_reason":"\#(stopReason)","stop_sequence":null},"#
                    + #""usage":{"output_tokens":\#(script.completionTokens)}}"#
            ))
        events.append(("message_stop", #"{"type":"message_stop"}"#))
        return .stream(
            events.map { Array("event: \($0.0)\ndata: \($0.1)\n\n".utf8) }, terminal: 2,
            error: Array("event: error\ndata: \(errorDocument)\n\n".utf8), fault: fault)
    }
}
