import CodecCore
import CodecEngines
import CodecMaps
import CodecTesting
import Testing

@Suite("The scripted engine, and what the compatibility checks find")
struct ScriptedEngineTests {
    static func map() throws -> TokenizerMap {
        let vocabulary = (0..<100).map { "\"t\($0)\":\($0)" }.joined(separator: ",")
        let document = """
            {"id":"test/small","version":"2","encoder":"byte_level","vocab_size":100,\
            "vocab":{\(vocabulary)},"merges":[]}
            """
        return try TokenizerMap(parsing: Array(document.utf8))
    }

    @Test("keeps an engine's rules")
    func compatibility() async throws {
        let ids = (0..<500).map { TokenID($0 % 100) }
        let engine = ScriptedEngine(map: try Self.map(), replaying: ids)
        try await EngineCompatibility(engine: engine, prompt: [1, 2, 3]).checkAll()
    }

    @Test("replays its ids and its ending")
    func replay() async throws {
        let engine = ScriptedEngine(map: try Self.map(), replaying: [3, 1, 2])
        #expect(
            try await engine.complete(CompletionRequest(prompt: [0]))
                == Completion(ids: [3, 1, 2], reason: .endOfSequence))
        let error = EngineError(.generationFailed, "broken")
        let failing = ScriptedEngine(map: try Self.map(), replaying: [3], ending: .failure(error))
        await #expect(throws: error) { try await failing.complete(CompletionRequest(prompt: [0])) }
        #expect(failing.load.busySlots == 0)
    }

    /// Breaks one rule of a sound engine.
    struct FaultyEngine: TokenEngine {
        enum Fault: CaseIterable, Sendable {
            case tooManyIDs, unknownIDs, noEnd, acceptsAnything, keepsSlots
        }

        let sound: ScriptedEngine
        let fault: Fault
        var model: ModelDescription { sound.model }
        var map: TokenizerMap { sound.map }
        var load: EngineLoad {
            EngineLoad(slots: 2, busySlots: fault == .keepsSlots ? 1 : sound.load.busySlots, queued: 0)
        }

        func renderChat(
            _ messages: [ChatMessage], tools: [ToolDefinition]
        ) throws(EngineError) -> [Tokenizer.Segment] {
            try sound.renderChat(messages, tools: tools)
        }

        func generate(_ request: CompletionRequest) async throws(EngineError) -> TokenStream {
            var request = request
            switch fault {
            case .keepsSlots: return try await sound.generate(request)
            case .tooManyIDs:
                request.maxTokens = request.maxTokens.map { $0 > 0 && $0 < 1000 ? $0 + 1 : $0 }
                return try await sound.generate(request)
            case .acceptsAnything:
                return try await sound.generate(CompletionRequest(prompt: [1], maxTokens: 16))
            case .unknownIDs, .noEnd:
                let (stream, channel) = TokenStream.makeStream()
                channel.send(Array(repeating: fault == .noEnd ? 1 : 100, count: 16))
                if fault == .noEnd {
                    channel.fail(EngineError(.generationFailed, "no end"))
                } else {
                    channel.finish(.length)
                }
                return stream
            }
        }

        func shutdown() async { await sound.shutdown() }
    }

    @Test("an engine that breaks a rule is found out", arguments: FaultyEngine.Fault.allCases)
    func faults(_ fault: FaultyEngine.Fault) async throws {
        let sound = ScriptedEngine(map: try Self.map(), replaying: Array(repeating: 1, count: 500))
        let engine = FaultyEngine(sound: sound, fault: fault)
        let check = EngineCompatibility(engine: engine, prompt: [1, 2, 3], patience: .milliseconds(50))
        await #expect(throws: (any Error).self) { try await check.checkAll() }
    }
}
