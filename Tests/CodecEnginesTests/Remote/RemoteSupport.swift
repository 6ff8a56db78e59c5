import CodecAPI
import CodecClient
import CodecCore
import CodecEngines
import CodecMaps
import CodecTesting
import NIOCore
import Testing

/// A vocabulary of all bytes, some longer tokens and an end of turn, with pieces of a character that is several tokens.
enum RemoteMap {
    static let endID: TokenID = 300

    static func make() throws -> TokenizerMap {
        var tokens = (0..<256).map { spelling([UInt8($0)]) }
        tokens += ["hel", "lo", spelling(Array(" world".utf8)), spelling([0xF0, 0x9F, 0x98])]
        var vocabulary = tokens.enumerated().map { "\(quoted($1)):\($0)" }
        vocabulary += (260..<300).map { "\"filler\($0)\":\($0)" } + ["\"<|end|>\":300"]
        let document = """
            {"id":"test/remote","version":"2","encoder":"byte_level","vocab_size":301,\
            "vocab":{\(vocabulary.joined(separator: ","))},"merges":[],\
            "pre_tokenizer_pattern":" ?\\\\S+|\\\\s+","special_tokens":{"<|end|>":300}}
            """
        return try TokenizerMap(parsing: Array(document.utf8))
    }

    /// GPT-2's byte alphabet.
    private static func spelling(_ bytes: [UInt8]) -> String {
        let printable = Array(33...126) + Array(161...172) + Array(174...255)
        var text = ""
        for byte in bytes {
            let place = (0..<Int(byte)).filter { !printable.contains($0) }.count
            let value = printable.contains(Int(byte)) ? Int(byte) : 256 + place
            if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

extension UpstreamConnection {
    static func to(
        _ url: String, name: String = "up", timeouts: Timeouts = .init(), limits: UpstreamLimits = .init(),
        key: String? = nil, keyHeader: UpstreamConfiguration.KeyHeader = .bearer
    ) throws -> UpstreamConnection {
        try UpstreamConnection(
            UpstreamConfiguration(
                name: name, address: UpstreamAddress(url), key: key, keyHeader: keyHeader, timeouts: timeouts,
                limits: limits))
    }
}

/// Waits for what another thread is about to do.
func eventually(_ holds: () -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(20)
    var tries = 0
    while !holds() {
        // Where other tests take all the processors, time alone says nothing.
        tries += 1
        try #require(ContinuousClock.now < end || tries < 500, "it did not come")
        try await Task.sleep(for: .milliseconds(2))
    }
}

extension ScriptedUpstream {
    /// Runs a test against an upstream that stops at its end.
    static func run(
        _ kind: Kind, map: TokenizerMap? = nil, hasCompletions: Bool = true, isIncremental: Bool = false,
        playing script: UpstreamScript, _ body: (ScriptedUpstream) async throws -> Void
    ) async throws {
        let upstream = try await start(
            kind, map: map, hasCompletions: hasCompletions, isIncremental: isIncremental, playing: script)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(upstream))
        } catch {
            result = .failure(error)
        }
        await upstream.stop()
        try result.get()
    }
}
