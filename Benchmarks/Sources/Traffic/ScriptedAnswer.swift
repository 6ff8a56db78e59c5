import NIOCore

/// What the fixed upstream says: pieces of text which carry their number and the moment they were sent, so that a client knows
/// both what is missing and how long the way took.
struct ScriptedAnswer {
    /// Text behind number and moment.
    static let filler = " of the river that ran past the old mill"
    let model = "bench"
    /// Pieces of the answer, at least one.
    let pieces: Int

    /// The piece's text: number, moment in nanoseconds of the machine's monotonic clock, words.
    private func text(_ number: Int) -> String {
        "\(number) \(NIODeadline.now().uptimeNanoseconds)\(Self.filler)"
    }

    private var head: String {
        #""id":"chatcmpl-bench","created":1700000000,"model":"\#(model)","system_fingerprint":"fp_bench""#
    }

    private var usage: String {
        #""usage":{"prompt_tokens":9,"completion_tokens":\#(pieces),"total_tokens":\#(pieces + 9)}"#
    }

    func writePiece(_ number: Int, to buffer: inout ByteBuffer) {
        let role = number == 0 ? #""role":"assistant","# : ""
        buffer.writeString(
            """
            data: {\(head),"object":"chat.completion.chunk","choices":[{"index":0,"delta":{\(role)"content":\
            "\(text(number))"},"logprobs":null,"finish_reason":null}]}\n\n
            """)
    }

    func writeEnd(to buffer: inout ByteBuffer) {
        buffer.writeString(
            """
            data: {\(head),"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"logprobs":null,\
            "finish_reason":"stop"}]}\n
            data: {\(head),"object":"chat.completion.chunk","choices":[],\(usage)}\n
            data: [DONE]\n\n
            """)
    }

    /// The whole answer, not streamed.
    var document: String {
        let content = (0..<pieces).map(text).joined(separator: "; ")
        return """
            {\(head),"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":\
            "\(content)","refusal":null},"logprobs":null,"finish_reason":"stop"}],\(usage)}
            """
    }
}
