internal import CodecCompression
internal import CodecMaps
internal import HTTPTypes

/// The map that a request was made for: `X-Codec-Map`.
enum MapPin {
    /// - Throws: 400 for a malformed pin, 409 with our own hash for another map than ours.
    static func check(_ headers: HTTPFields, against map: TokenizerMap) throws(APIError) {
        guard let value = headers[.codecMapPin] else { return }
        guard let pin = ContentHash(value) else {
            throw .invalidRequest(
                "'X-Codec-Map' must be sha256: and 64 lowercase hex digits.", param: "X-Codec-Map")
        }
        guard pin != map.hash else { return }
        throw APIError(
            status: .conflict, message: "The model's tokenizer map is \(map.hash), not \(pin).",
            type: "invalid_request_error", param: "X-Codec-Map", code: "map_mismatch",
            headers: [.codecTokenizerMap: map.hash.description], extra: "\"map\":\"\(map.hash)\"")
    }
}
