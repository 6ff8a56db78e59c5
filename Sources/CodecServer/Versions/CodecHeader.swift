internal import CodecCore
internal import HTTPTypes

/// The protocol's own headers of an answer, and since when each is known (spec §4).
///
/// A client gets those of its own version and of older ones: to a client, a server looks like one of its version.
enum CodecHeader: CaseIterable {
    /// The vocabulary of the ids.
    case tokenizerMap
    /// What the body is compressed with.
    case zstdDictionary
    /// What a compact body is to be read with. Ours: whoever asks for the compact format knows it.
    case rankTable
    /// The same as `tokenizerMap`, under the name that latents share.
    case map
    case safetyPolicy
    case safetyPolicyHash

    var name: HTTPField.Name {
        switch self {
        case .tokenizerMap: .codecTokenizerMap
        case .zstdDictionary: .codecZstdDictionary
        case .rankTable: .codecRankTable
        case .map: .codecMap
        case .safetyPolicy: .codecSafetyPolicy
        case .safetyPolicyHash: .codecSafetyPolicyHash
        }
    }

    var since: CodecVersion {
        switch self {
        case .tokenizerMap, .zstdDictionary, .rankTable: .v0_2
        case .map: .v0_3
        case .safetyPolicy, .safetyPolicyHash: .v0_4
        }
    }
}

extension HTTPFields {
    /// Sets a header, unless it is newer than the client.
    mutating func set(_ header: CodecHeader, _ value: some CustomStringConvertible, for client: CodecVersion)
    {
        guard client >= header.since else { return }
        self[header.name] = value.description
    }

    /// The version that the client speaks: `Codec-Client-Version`. One that is missing or malformed is taken for 0.2,
    /// whose servers do not look at the header, and so is one that is older.
    var codecClientVersion: CodecVersion {
        Swift.max(.v0_2, self[.codecClientVersion].flatMap(CodecVersion.init) ?? .v0_2)
    }
}

extension HTTPField.Name {
    static let codecTokenizerMap = literal("Codec-Tokenizer-Map")
    static let codecMap = literal("Codec-Map")
    /// On an answer what it is compressed with; on a request what the client has.
    static let codecZstdDictionary = literal("Codec-Zstd-Dict")
    static let codecRankTable = literal("Codec-Rank-Table")
    static let codecSafetyPolicy = literal("Codec-Safety-Policy")
    static let codecSafetyPolicyHash = literal("Codec-Safety-Policy-Hash")
    static let codecClientVersion = literal("Codec-Client-Version")
    static let codecMinimumVersion = literal("Codec-Min-Version")
    static let codecRequiredFeatures = literal("Codec-Required-Features")
    /// The map that a client has (spec §3).
    static let codecMapPin = literal("X-Codec-Map")
    /// Whether ids of another vocabulary than the model's may be translated (spec §10).
    static let codecTranslate = literal("Codec-Translate")
    /// On a translated answer: the model's own map.
    static let codecTranslatedFrom = literal("Codec-Translated-From")
    /// `retokenized` where the ids are not the ones that the model chose, but made of an upstream's text.
    static let codecTokenSource = literal("Codec-Token-Source")
    /// What an upstream could not be told as the client said it.
    static let codecDegraded = literal("Codec-Degraded")
    /// The dictionary that a client has (RFC 9842 §2.2).
    static let availableDictionary = literal("Available-Dictionary")
    static let secFetchMode = literal("Sec-Fetch-Mode")
    static let secFetchSite = literal("Sec-Fetch-Site")
    static let secFetchDestination = literal("Sec-Fetch-Dest")
    static let forwardedProtocol = literal("X-Forwarded-Proto")
    static let requestID = literal("x-request-id")

    /// Names written here are tokens of HTTP, so the fallback never comes to pass.
    static func literal(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .userAgent }
}
