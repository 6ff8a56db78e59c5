public import CodecCompression

/// Which dictionary an answer is compressed with, by its headers alone: before a byte of its body is touched (spec §5).
public enum DictionaryChoice {
    /// The dictionary that the headers name, out of those that are loaded; nil for an answer that is not zstd.
    ///
    /// - Parameter headers: names in any case; of several equal ones the first counts.
    /// - Throws: `dictionaryNotNamed` when the answer is zstd and names none, `malformedDictionaryName` when what it
    ///   names is no hash, `dictionaryUnavailable` when the dictionary is not among the loaded ones.
    public static func dictionary(
        for headers: some Sequence<(name: String, value: String)>, among loaded: some Sequence<ZstdDictionary>
    ) throws(ClientError) -> ZstdDictionary? {
        guard let hash = try hash(in: headers) else { return nil }
        guard let dictionary = loaded.first(where: { $0.hash == hash }) else {
            throw ClientError(
                .dictionaryUnavailable,
                "the answer is compressed with the dictionary \(hash), which is not here; fetch it by its hash, "
                    + "or ask without zstd")
        }
        return dictionary
    }

    /// The hash of the dictionary that the headers name; nil for an answer that is not zstd.
    /// - Throws: `dictionaryNotNamed`, `malformedDictionaryName`.
    public static func hash(
        in headers: some Sequence<(name: String, value: String)>
    ) throws(ClientError) -> ContentHash? {
        func value(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name }?.value.trimmed
        }
        guard let encoding = value("content-encoding"), ContentEncoding(headerValue: encoding) == .zstd else {
            return nil
        }
        guard let name = value("codec-zstd-dict"), !name.isEmpty else {
            throw ClientError(
                .dictionaryNotNamed, "the answer is zstd, but has no Codec-Zstd-Dict: nothing is guessed")
        }
        guard let hash = ContentHash(name) else {
            throw ClientError(
                .malformedDictionaryName,
                "Codec-Zstd-Dict must be sha256: and 64 lowercase hex digits, not \(name.prefix(100))")
        }
        return hash
    }
}
