import CodecAPI
import CodecClient
import CodecCore
@testable import CodecEngines
import CodecMaps
import CodecTesting
import Testing

@Suite("Ids over HTTP")
struct TokenUpstreamTests {
    enum Kind: String, CaseIterable, Sendable {
        case vllm, sglang, sglangIncremental, llama, codec, retokenized

        var server: ScriptedUpstream.Kind {
            switch self {
            case .vllm: .vllm
            case .sglang, .sglangIncremental: .sglang
            case .llama: .llama
            case .codec: .codec
            case .retokenized: .openai
            }
        }

        func engine(
            _ url: String, map: TokenizerMap, contextLength: Int? = nil, idle: Duration = .seconds(30)
        ) throws -> UpstreamTokenEngine {
            let connection = try UpstreamConnection.to(url, timeouts: .init(idle: idle))
            let upstream: any TokenUpstream =
                switch self {
                case .vllm: VLLMUpstream(connection, model: "scripted")
                case .sglang, .sglangIncremental: SGLangUpstream(connection)
                case .llama: LlamaServerUpstream(connection, map: map)
                case .codec: CodecServerUpstream(connection, model: "scripted", map: map)
                case .retokenized:
                    RetokenizedUpstream(ChatUpstream(connection, .openai, model: "scripted"), map: map)
                }
            return UpstreamTokenEngine(
                upstream, name: "scripted", map: map, contextLength: contextLength, slots: 4)
        }
    }

    private func run(
        _ kind: Kind, _ script: UpstreamScript, map: TokenizerMap,
        _ body: (UpstreamTokenEngine, ScriptedUpstream) async throws -> Void
    ) async throws {
        try await ScriptedUpstream.run(
            kind.server, map: map, isIncremental: kind == .sglangIncremental, playing: script
        ) { upstream in
            let idle: Duration = script.fault == .hangMidway ? .milliseconds(200) : .seconds(30)
            let engine = try kind.engine(upstream.url, map: map, idle: idle)
            try await body(engine, upstream)
            await engine.shutdown()
        }
    }

    /// Each byte is a token, but for the emoji's first three, which are one.
    static let text = "hello, 世界 😀\n"

    static func ids(_ map: TokenizerMap) -> [TokenID] {
        var ids: [TokenID] = []
        for character in text {
            let bytes = Array(String(character).utf8)
            ids += bytes.count == 4 ? [259, TokenID(bytes[3])] : bytes.map { TokenID($0) }
        }
        return ids
    }

    @Test("an engine's rules are kept", arguments: Kind.allCases)
    func compatibility(_ kind: Kind) async throws {
        let map = try RemoteMap.make()
        // Words: ids of a text are certain once a word has ended.
        let ids = (0..<3000).map { $0 % 4 == 3 ? TokenID(32) : TokenID(97 + $0 % 26) }
        var script = UpstreamScript(ids: ids, of: map.vocabulary)
        // A reader that leaves is seen by a server that still has something to send.
        script.fault = .slow(milliseconds: 1)
        try await ScriptedUpstream.run(
            kind.server, map: map, isIncremental: kind == .sglangIncremental, playing: script
        ) { upstream in
            let engine = try kind.engine(upstream.url, map: map, contextLength: 4096)
            try await EngineCompatibility(engine: engine, prompt: [1, 2, 3]).checkAll()
            try await eventually { upstream.openConnections == 0 }
        }
    }

    @Test("the ids of every character, without the end of the turn", arguments: Kind.allCases)
    func exactIDs(_ kind: Kind) async throws {
        let map = try RemoteMap.make()
        let ids = Self.ids(map)
        try #require(map.vocabulary.decode(ids) == Self.text)
        let script = UpstreamScript(
            ids: ids, of: map.vocabulary,
            endID: kind == .codec || kind == .retokenized ? nil : RemoteMap.endID)
        for fault in [nil, UpstreamFault.everyByte, .gzip] {
            var script = script
            script.fault = fault
            try await run(kind, script, map: map) { engine, upstream in
                let completion = try await engine.complete(CompletionRequest(prompt: [1, 2], maxTokens: 100))
                if kind == .retokenized {
                    #expect(map.vocabulary.decode(completion.ids) == Self.text)
                } else {
                    #expect(completion.ids == ids)
                }
                #expect(completion.reason == .endOfSequence)
                try await eventually { upstream.cancelledAnswers == 0 }
            }
        }
    }

    @Test(
        "a limit holds inside a character too",
        arguments: [Kind.vllm, .sglang, .sglangIncremental, .llama, .codec])
    func limits(_ kind: Kind) async throws {
        let map = try RemoteMap.make()
        let ids = Self.ids(map)
        let script = UpstreamScript(
            ids: ids, of: map.vocabulary, endID: kind == .codec ? nil : RemoteMap.endID)
        try await run(kind, script, map: map) { engine, upstream in
            for limit in 1..<ids.count {
                let completion = try await engine.complete(CompletionRequest(prompt: [1], maxTokens: limit))
                #expect(completion.ids == Array(ids[..<limit]))
                #expect(completion.reason == .length)
            }
            #expect(
                try await engine.complete(CompletionRequest(prompt: [1], maxTokens: ids.count + 1))
                    == Completion(ids: ids, reason: .endOfSequence))
            #expect(upstream.cancelledAnswers == 0)
        }
    }

    @Test("a stop text is cut out of the ids, and the upstream is left", arguments: Kind.allCases)
    func stops(_ kind: Kind) async throws {
        let map = try RemoteMap.make()
        let script = UpstreamScript(ids: Self.ids(map), of: map.vocabulary, fault: .slow(milliseconds: 5))
        try await run(kind, script, map: map) { engine, upstream in
            let completion = try await engine.complete(
                CompletionRequest(prompt: [1], maxTokens: 100, stop: ["lo, 世"]))
            #expect(map.vocabulary.decode(completion.ids) == "hel")
            #expect(completion.reason == .stopSequence)
        }
    }

    @Test(
        "what is wrong with a stream is an error, never an end", arguments: Kind.allCases,
        [
            UpstreamFault.cut, .noEnd, .malformedJSON, .errorEvent, .wrongIDs, .hangMidway, .truncated,
            .status(429), .html(200),
        ])
    func faults(_ kind: Kind, _ fault: UpstreamFault) async throws {
        if kind == .retokenized, fault == .wrongIDs { return }
        let map = try RemoteMap.make()
        let script = UpstreamScript(
            ids: Self.ids(map), of: map.vocabulary, endID: kind == .codec ? nil : RemoteMap.endID,
            fault: fault)
        try await run(kind, script, map: map) { engine, upstream in
            do throws(EngineError) {
                var ids: [TokenID] = []
                for try await frame in try await engine.generate(
                    CompletionRequest(prompt: [1], maxTokens: 100))
                {
                    ids += frame.ids
                }
                Issue.record("\(ids) without an error")
            } catch {
                let expected: EngineError.Code =
                    switch fault {
                    case .hangMidway: .upstreamTimeout
                    case .status: .rateLimited
                    default: .upstreamFailed
                    }
                #expect(error.code == expected, "\(error)")
            }
            try await eventually { engine.load.busySlots == 0 }
        }
    }

    @Test("prompts of messages by the upstream's own template and tokenizer", arguments: [Kind.vllm, .llama])
    func chatPrompts(_ kind: Kind) async throws {
        let map = try RemoteMap.make()
        try await run(kind, UpstreamScript(text: []), map: map) { engine, _ in
            let ids = try await engine.chatPrompt([ChatMessage(role: "user", content: "Hi")], tools: [])
            #expect(map.vocabulary.decode(ids) == "user: Hi\n")
        }
    }

    @Test("the context's length is the upstream's", arguments: [Kind.vllm, .sglang, .llama])
    func contextLength(_ kind: Kind) async throws {
        let map = try RemoteMap.make()
        try await run(kind, UpstreamScript(ids: [97], of: map.vocabulary), map: map) { engine, _ in
            _ = try await engine.complete(CompletionRequest(prompt: [1], maxTokens: 5))
            #expect(engine.model.contextLength == 4096)
        }
    }

    @Test("ids that a server lost are made out only where there is one way")
    func lostTokens() throws {
        let vocabulary = try RemoteMap.make().vocabulary
        let lost = LostTokens(vocabulary)
        #expect(lost.only(2, spelling: [0xE4, 0xB8]) == [0xE4, 0xB8])
        #expect(lost.only(1, spelling: [0xF0, 0x9F, 0x98]) == [259])
        #expect(lost.only(3, spelling: [0xF0, 0x9F, 0x98]) == [0xF0, 0x9F, 0x98])
        // No token of these two bytes, none whose text is whole, none that is not there.
        #expect(lost.only(1, spelling: [0xE4, 0xB8]) == nil)
        #expect(lost.only(1, spelling: [0x61]) == nil)
        #expect(lost.only(2, spelling: [0xF0, 0x9F, 0x98]) == nil)
        #expect(lost.only(1000, spelling: [0xE4]) == nil)
    }
}
