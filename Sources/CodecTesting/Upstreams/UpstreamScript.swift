package import CodecCore

/// What a scripted upstream answers, whatever API it is asked in.
package struct UpstreamScript: Sendable {
    /// A part of the answer's text that comes at once.
    package struct Piece: Sendable, Equatable {
        package var text: String
        /// The ids that make the text; llama-server's stream tells the last one only.
        package var ids: [TokenID]

        package init(_ text: String, ids: [TokenID] = []) {
            self.text = text
            self.ids = ids
        }
    }

    package struct ToolCall: Sendable, Equatable {
        package var id: String
        package var name: String
        /// JSON text, cut into the parts that come one by one.
        package var arguments: [String]

        package init(id: String, name: String, arguments: [String]) {
            self.id = id
            self.name = name
            self.arguments = arguments
        }
    }

    package var pieces: [Piece]
    package var reasoning: [String]
    package var toolCalls: [ToolCall]
    /// The id that ends the model's turn; told where real servers tell it, once all the pieces are through.
    package var endID: TokenID?
    package var promptTokens: Int
    package var cachedTokens: Int
    package var fault: UpstreamFault?

    package init(
        _ pieces: [Piece], reasoning: [String] = [], toolCalls: [ToolCall] = [], endID: TokenID? = nil,
        promptTokens: Int = 7, cachedTokens: Int = 2, fault: UpstreamFault? = nil
    ) {
        self.pieces = pieces
        self.reasoning = reasoning
        self.toolCalls = toolCalls
        self.endID = endID
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
        self.fault = fault
    }

    /// An answer of text only, without ids.
    package init(text: [String], fault: UpstreamFault? = nil) {
        self.init(text.map { Piece($0) }, fault: fault)
    }

    /// An answer of ids, in pieces as small as complete characters allow.
    package init(
        ids: [TokenID], of vocabulary: Vocabulary, endID: TokenID? = nil, fault: UpstreamFault? = nil
    ) {
        var pieces: [Piece] = []
        var detokenizer = Detokenizer(vocabulary)
        var open: [TokenID] = []
        for id in ids {
            let text = detokenizer.append([id])
            open.append(id)
            guard !text.isEmpty || vocabulary.bytes(of: id).isEmpty else { continue }
            pieces.append(Piece(text, ids: open))
            open = []
        }
        if !open.isEmpty { pieces.append(Piece(detokenizer.finish(), ids: open)) }
        self.init(pieces, endID: endID, fault: fault)
    }

    package var text: String { pieces.map(\.text).joined() }
    package var ids: [TokenID] { pieces.flatMap(\.ids) }

    /// The answer's tokens: an id is one, and a text without ids is one too.
    package var completionTokens: Int {
        pieces.reduce(reasoning.count) { $0 + max(1, $1.ids.count) } + (endID == nil ? 0 : 1)
    }

    /// The script as a server with a limit on new tokens plays it, and whether the limit ended it.
    func limited(to limit: Int?) -> (script: UpstreamScript, isCut: Bool) {
        guard let limit, completionTokens > limit else { return (self, false) }
        var script = self
        script.endID = nil
        script.pieces = []
        var left = limit - reasoning.count
        for piece in pieces where left > 0 {
            let ids = Array(piece.ids.prefix(left))
            script.pieces.append(Piece(ids.count == piece.ids.count ? piece.text : "", ids: ids))
            left -= max(1, ids.count)
        }
        return (script, true)
    }
}

/// What goes wrong with an answer.
package enum UpstreamFault: Sendable, Hashable {
    /// So long passes before each part.
    case slow(milliseconds: Int)
    /// Each byte is sent by itself.
    case everyByte
    /// The connection closes in the middle of the answer, inside an event.
    case cut
    /// The answer ends, as HTTP has it, before its API's end.
    case noEnd
    /// Half of the answer is no JSON.
    case malformedJSON
    /// The error of the API in the middle of the answer; in place of it where the answer is not streamed.
    case errorEvent
    /// A refusal in the shape of the API; 429 and 503 say `Retry-After: 7`.
    case status(Int)
    /// A page for browsers with this status.
    case html(Int)
    /// An id that no vocabulary has, and counts that do not fit the ids.
    case wrongIDs
    /// Nothing comes at all.
    case hangBeforeHead
    /// Half of the answer comes, and no more.
    case hangMidway
    /// `Content-Length` says more than comes.
    case truncated
    /// The body is gzip, though nobody said that it may be.
    case gzip
}
