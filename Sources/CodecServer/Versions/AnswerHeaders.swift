internal import CodecEngines
internal import CodecCompression
internal import CodecCore
internal import CodecMaps
internal import HTTPTypes

/// The headers of an answer in frames.
enum AnswerHeaders {
    /// - Parameters:
    ///   - client: the version that the client speaks.
    ///   - policy: the safety policy that holds, if there is one.
    static func fields(
        for job: CompletionJob, coding: AnswerCoding, client: CodecVersion, policy: SafetyPolicyDescriptor?
    ) -> HTTPFields {
        var fields: HTTPFields = [.contentType: job.format.contentType, .vary: coding.vary]
        if coding.encoding != .identity { fields[.contentEncoding] = coding.encoding.rawValue }
        fields.set(.tokenizerMap, job.vocabulary.map.hash, for: client)
        fields.set(.map, job.vocabulary.map.hash, for: client)
        // Only a client that asked to be translated gets it.
        if job.vocabulary.isTranslated { fields[.codecTranslatedFrom] = job.model.map.hash.description }
        if job.model.engine.isRetokenized { fields[.codecTokenSource] = "retokenized" }
        if job.format == .compact, let ranks = job.assets.rankTable {
            fields.set(.rankTable, ranks.hash, for: client)
        }
        if let dictionary = coding.dictionary { fields.set(.zstdDictionary, dictionary.hash, for: client) }
        if let policy {
            fields.set(.safetyPolicy, policy.id, for: client)
            fields.set(.safetyPolicyHash, policy.hash, for: client)
        }
        return fields
    }
}
