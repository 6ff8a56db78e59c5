import NIOCore

/// The one request that a load repeats.
struct Question {
    let bytes: ByteBuffer
    let streamed: Bool
    /// Pieces that the answer must have.
    let pieces: Int

    /// - Parameters:
    ///   - pause: Milliseconds between two pieces.
    ///   - promptBytes: Length of the user's message.
    init(port: Int, model: String, streamed: Bool, pieces: Int, pause: Int, promptBytes: Int, key: String?) {
        self.streamed = streamed
        self.pieces = pieces
        let prompt = String(
            String(repeating: "the river ran past the mill ", count: promptBytes / 28 + 1).prefix(promptBytes)
        )
        let stream = streamed ? #""stream":true,"stream_options":{"include_usage":true},"# : ""
        let body = """
            {"model":"\(model)","messages":[{"role":"user","content":"\(prompt)"}],\(stream)\
            "max_tokens":\(pieces),"seed":\(pause)}
            """
        let credentials = key.map { "authorization: Bearer \($0)\r\n" } ?? ""
        bytes = ByteBuffer(
            string: """
                POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:\(port)\r\ncontent-type: application/json\r\n\
                accept: */*\r\nuser-agent: traffic\r\n\(credentials)content-length: \(body.utf8.count)\r\n\r\n\(body)
                """)
    }
}
