import ArgumentParser
import CodecCore
import CodecMaps

/// What a server does with ids beside sending them: tool calls, and ids of other vocabularies.
struct ActingOptions: ParsableArguments {
    @Option(
        name: .customLong("translate-map"),
        help: ArgumentHelp(
            """
            A vocabulary that clients may have their ids in when they ask for it: the server translates. May be given \
            several times.
            """, valueName: "map"))
    var translatedMaps: [String] = []
    @Option(
        help: ArgumentHelp(
            """
            The special tokens that the model writes a tool call between, where its map does not say: "<a>,</a>".
            """, valueName: "start,end"))
    var toolMarkers: String?

    func validate() throws {
        guard toolMarkers == nil || markers != nil else {
            throw ValidationError("--tool-markers is two names of special tokens: START,END")
        }
    }

    /// A given option that only a model in this process can follow.
    var localOption: String? { toolMarkers.map { _ in "--tool-markers" } }

    private var markers: (start: String, end: String)? {
        let names =
            toolMarkers?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
        guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty else { return nil }
        return (names[0], names[1])
    }

    /// How the model writes calls; nil for what its map says.
    func toolCalling(of map: TokenizerMap) throws -> ToolCalling? {
        guard let markers else { return nil }
        if let own = map.toolCalling {
            throw Failure(
                """
                --tool-markers is for models whose map does not say how they call tools; \(map.id) does: \
                \(own.startMarker),\(own.endMarker)
                """)
        }
        for name in [markers.start, markers.end] where map.vocabulary.specialID(named: name) == nil {
            throw Failure("--tool-markers: \(map.id) has no special token \(name)")
        }
        return ToolCalling(convention: .custom, startMarker: markers.start, endMarker: markers.end)
    }

    func maps() async throws -> [TokenizerMap] {
        var maps: [TokenizerMap] = []
        for source in translatedMaps { maps.append(try await loadMap(source)) }
        return maps
    }
}
