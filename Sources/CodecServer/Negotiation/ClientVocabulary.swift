internal import CodecAPI
internal import CodecCompression
internal import CodecCore
internal import CodecEngines
internal import CodecMaps
internal import HTTPTypes

/// The vocabulary of the ids that a client sends and gets: the model's, or its own one when it is translated
/// (spec §3, §10).
struct ClientVocabulary: Sendable {
    let map: TokenizerMap
    /// What the client's ids are translated to, and the model's from; nil where both have one vocabulary.
    private let model: TokenizerMap?

    /// The vocabulary that `X-Codec-Map` names.
    /// - Parameter translated: The maps that the operator lets clients have their ids in, with `Codec-Translate: allow`.
    /// - Throws: 400 for a malformed header; 409 with our own hash for a map that is neither the model's nor translated.
    init(_ headers: HTTPFields, model: TokenizerMap, translated: [TokenizerMap]) throws(APIError) {
        let pin = try Self.pin(headers)
        guard let pin, pin != model.hash else {
            map = model
            self.model = nil
            return
        }
        guard headers[.codecTranslate]?.lowercased() == "allow",
            let known = translated.first(where: { $0.hash == pin })
        else {
            throw APIError(
                status: .conflict, message: "The model's tokenizer map is \(model.hash), not \(pin).",
                type: "invalid_request_error", param: "X-Codec-Map", code: "map_mismatch",
                headers: [.codecTokenizerMap: model.hash.description], extra: "\"map\":\"\(model.hash)\"")
        }
        map = known
        self.model = model
    }

    var isTranslated: Bool { model != nil }

    private static func pin(_ headers: HTTPFields) throws(APIError) -> ContentHash? {
        guard let value = headers[.codecMapPin] else { return nil }
        guard let pin = ContentHash(value) else {
            throw .invalidRequest(
                "'X-Codec-Map' must be sha256: and 64 lowercase hex digits.", param: "X-Codec-Map")
        }
        return pin
    }

    /// The model's ids for the client's.
    /// - Throws: 400 naming the first id that the client's vocabulary has not, and where it stands; or a special token
    ///   that has no counterpart: a prompt without it would be another one.
    func promptIDs(_ ids: [TokenID], field: String) throws(APIError) -> [TokenID] {
        if let index = ids.firstIndex(where: { !map.vocabulary.contains($0) }) {
            throw .invalidRequest(
                "'\(field)[\(index)]' is \(ids[index]), which is no id of the \(isTranslated ? "client's" : "model's") "
                    + "vocabulary.", param: field, code: "unknown_token_id")
        }
        guard let model else { return ids }
        do {
            var translator = try Translator(
                from: map, to: model,
                options: .init(
                    specials: Translator.SpecialPair.byNameAndRole(from: map, to: model),
                    otherSpecials: .refuse))
            return try translator.translate(ids) + translator.finish()
        } catch {
            throw .invalidRequest("'\(field)' cannot be translated: \(error).", param: field)
        }
    }

    /// What makes the client's ids of the model's; nil where they are the same.
    func stage() throws(APIError) -> TranslationStage? {
        guard let model else { return nil }
        do {
            return try TranslationStage(from: model, to: map)
        } catch {
            throw .internalError
        }
    }
}
