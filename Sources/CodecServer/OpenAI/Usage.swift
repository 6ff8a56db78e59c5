internal import CodecAPI
/// The `usage` of an answer.
struct Usage: Sendable, Equatable {
    var promptTokens: Int
    var completionTokens = 0

    init(promptTokens: Int) {
        self.promptTokens = promptTokens
    }

    func append(to output: inout [UInt8]) {
        output.append(json: #"{"prompt_tokens":"#)
        output.append(json: promptTokens)
        output.append(json: #","completion_tokens":"#)
        output.append(json: completionTokens)
        output.append(json: #","total_tokens":"#)
        output.append(json: promptTokens + completionTokens)
        output.append(UInt8(ascii: "}"))
    }
}
