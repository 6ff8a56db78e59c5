import CodecClient
import CodecCompression
import CodecCore
import CodecMaps

/// The maps of one server, from the cache or from the server.
struct ServerMaps {
    let client: CodecClient

    /// Has ready what a stream would else have to wait for: the map, when the server lists one only, and the dictionary
    /// for zstd. What cannot be had is left to the stream itself.
    func prefetch(format: FrameFormat?, encoding: EncodingArgument) async {
        guard let format, let maps = try? await client.discovery.index().maps, maps.count == 1,
            let map = try? await client.discovery.map(maps[0].hash), encoding == .auto || encoding == .zstd
        else { return }
        _ = try? await client.prepareDictionary(of: map, format: format)
    }

    /// The vocabulary that the answer names in its head.
    func vocabulary(of response: CompletionResponse) async throws -> Vocabulary {
        guard let hash = response.map else {
            throw Failure("the server does not say which vocabulary its ids are in (no Codec-Tokenizer-Map)")
        }
        return try await client.discovery.map(hash).vocabulary
    }
}
