import CodecCore
import CodecMaps

// The APIs of servers that tell ids.

extension ScriptedPlay {
    /// SGLang's `/generate`.
    func generate() -> UpstreamReply {
        let end = script.endID.map { [$0] } ?? []
        let reason =
            isCut
            ? #"{"type":"length","length":\#(script.ids.count)}"#
            : #"{"type":"stop","matched":\#(script.endID.map(String.init) ?? "null")}"#
        func chunk(_ text: String, _ ids: [TokenID], count: Int, reason: String) -> String {
            #"{"text":\#(quoted(text)),"output_ids":\#(ids),"meta_info":{"id":"1","finish_reason":\#(reason),"#
                + #""prompt_tokens":\#(script.promptTokens),"completion_tokens":\#(count),"#
                + #""cached_tokens":\#(script.cachedTokens)}}"#
        }
        let all = script.ids + end
        guard isStreamed else { return document(chunk(script.text, all, count: all.count, reason: reason)) }
        var events: [String] = []
        var text = ""
        var ids: [TokenID] = []
        for (index, piece) in script.pieces.enumerated() {
            let isLast = index == script.pieces.count - 1
            let new = piece.ids + (isLast ? end : [])
            text += piece.text
            ids += new
            events.append(
                chunk(
                    isIncremental ? piece.text : text, isIncremental ? new : ids, count: ids.count,
                    reason: isLast ? reason : "null"))
        }
        return stream(events + ["[DONE]"], terminal: 2)
    }

    /// llama-server's `/completion`, which tells the last id of each piece only.
    func completion() -> UpstreamReply {
        let end = script.endID.map { [UpstreamScript.Piece("", ids: [$0])] } ?? []
        let total = script.ids.count + end.count
        let final =
            #""stop":true,"model":"scripted","tokens_predicted":\#(total),"#
            + #""tokens_evaluated":\#(script.promptTokens),"stop_type":"\#(isCut ? "limit" : "eos")","#
            + #""stopping_word":"","truncated":false"#
        guard isStreamed else {
            let ids = (script.pieces + end).flatMap(\.ids)
            return document(#"{"index":0,"content":\#(quoted(script.text)),"tokens":\#(ids),\#(final)}"#)
        }
        var predicted = 0
        var events: [String] = []
        for piece in script.pieces + end {
            predicted += piece.ids.count
            events.append(
                #"{"index":0,"content":\#(quoted(piece.text)),"tokens":\#(piece.ids.suffix(1)),"stop":false,"#
                    + #""id_slot":0,"tokens_predicted":\#(predicted),"tokens_evaluated":\#(script.promptTokens)}"#
            )
        }
        events.append(#"{"index":0,"content":"","tokens":[],\#(final)}"#)
        return stream(events, terminal: 1)
    }

    /// A Codec server's frames.
    func frames() -> UpstreamReply {
        guard let format = request["stream_format"]?.string.flatMap(FrameFormat.init(name:)) else {
            return UpstreamReply(status: 400, #"{"error":{"message":"unknown stream_format"}}"#)
        }
        var encoder = FrameEncoder(format: format)
        func bytes(_ frame: TokenFrame) -> [UInt8] {
            var bytes: [UInt8] = []
            encoder.encode(frame, into: &bytes)
            return bytes
        }
        var frames = script.pieces.filter { !$0.ids.isEmpty }.map { bytes(TokenFrame(ids: $0.ids)) }
        frames.append(bytes(TokenFrame(done: true, finishReason: isCut ? .length : .endOfSequence)))
        return .stream(
            frames, terminal: 1, error: bytes(TokenFrame(done: true, finishReason: .error)),
            type: format.contentType, fault: fault)
    }
}
