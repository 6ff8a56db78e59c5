internal import CodecCompression
internal import Foundation
internal import HTTPTypes

/// Whether an answer may be compressed with a dictionary, and which (spec §5).
///
/// Browsers and HTTP libraries offer zstd by themselves and would fail on it: a client has to show that it knows of
/// dictionaries.
enum DictionaryChoice {
    /// - Parameter loaded: those that fit the answer's format.
    static func dictionary(among loaded: [ZstdDictionary], for headers: HTTPFields) -> ZstdDictionary? {
        guard let preferred = loaded.first, let value = headers[.acceptEncoding] else { return nil }
        let accepted = AcceptList(value)
        guard let weight = accepted.weight(of: "zstd"), weight > 0 else { return nil }
        let named = names(headers)
        if let known = loaded.first(where: { named.contains($0.hash) }) { return known }
        return isFirst("zstd", in: accepted) && !isBrowser(headers) ? preferred : nil
    }

    static func takesZstd(_ headers: HTTPFields) -> Bool {
        (headers[.acceptEncoding].flatMap { AcceptList($0).weight(of: "zstd") } ?? 0) > 0
    }

    /// The dictionaries that the client says it has.
    private static func names(_ headers: HTTPFields) -> Set<ContentHash> {
        var names: Set<ContentHash> = []
        for member in (headers[.codecZstdDictionary] ?? "").split(separator: ",") {
            if let hash = ContentHash(member.trimmingCharacters(in: .whitespaces)) { names.insert(hash) }
        }
        if let hash = headers[.availableDictionary].flatMap(hash(structuredField:)) { names.insert(hash) }
        return names
    }

    /// A hash as RFC 9842 writes it: `:`, the SHA-256 in base64, `:`.
    static func hash(structuredField value: String) -> ContentHash? {
        let text = value.trimmingCharacters(in: .whitespaces)
        guard text.utf8.count >= 2, text.hasPrefix(":"), text.hasSuffix(":"),
            let digest = Data(base64Encoded: String(text.dropFirst().dropLast())), digest.count == 32
        else { return nil }
        let digits = Array("0123456789abcdef".utf8)
        let hex = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return ContentHash("sha256:" + String(decoding: hex, as: UTF8.self))
    }

    /// Whether no other member weighs more, and none before it as much.
    private static func isFirst(_ name: String, in list: AcceptList) -> Bool {
        let best = list.entries.reduce(nil as AcceptList.Entry?) { best, next in
            if let best, best.weight >= next.weight { best } else { next }
        }
        return best?.name == name
    }

    private static func isBrowser(_ headers: HTTPFields) -> Bool {
        [HTTPField.Name.secFetchMode, .secFetchSite, .secFetchDestination].contains { headers[$0] != nil }
    }
}
