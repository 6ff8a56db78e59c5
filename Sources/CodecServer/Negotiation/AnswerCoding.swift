internal import CodecAPI
internal import CodecCompression
internal import CodecEngines
internal import CodecMaps
internal import HTTPTypes

/// How an answer's bytes are compressed, and why so.
struct AnswerCoding: Sendable {
    let encoding: ContentEncoding
    /// With which zstd compresses; nil for everything else.
    let dictionary: ZstdDictionary?
    private let use: CompressionUse
    /// For the log and the metrics.
    let reason: String
    /// The request's headers that decided.
    let vary: String

    /// - Throws: 406 when the client takes nothing that there is.
    init(for job: CompletionJob, headers: HTTPFields, picker: EncodingPicker) throws(APIError) {
        let format = job.delivery.format
        let loaded = format.frameFormat.flatMap { job.assets.dictionaries[$0] } ?? []
        let dictionary = DictionaryChoice.dictionary(among: loaded, for: headers)
        let idsPerFlush = format == .document ? .infinity : job.model.rate.idsPerFlush(job.delivery.flush)
        guard
            let choice = picker.pick(
                acceptEncoding: headers[.acceptEncoding], format: format.name, idsPerFlush: idsPerFlush,
                expectedIDs: job.request.maxTokens, hasDictionary: dictionary != nil)
        else {
            let lacks = loaded.isEmpty && DictionaryChoice.takesZstd(headers)
            throw .notAcceptable(
                "Accept-Encoding leaves nothing that this answer can have"
                    + (lacks ? "; there is no dictionary for zstd and \(format.name)." : "."))
        }
        encoding = choice.encoding
        use = CompressionUse(idsPerFlush: idsPerFlush)
        reason = choice.reason.rawValue
        self.dictionary = choice.encoding == .zstd ? dictionary : nil
        let mayHaveDictionary = !loaded.isEmpty && DictionaryChoice.takesZstd(headers)
        vary =
            "Accept, Accept-Encoding"
            + (mayHaveDictionary ? ", Available-Dictionary, Codec-Zstd-Dict, Sec-Fetch-Mode" : "")
    }

    /// For the body; nil for identity.
    func makeCompressor() throws(CompressionError) -> (any StreamCompressor)? {
        try encoding.makeCompressor(dictionary: dictionary, for: use)
    }
}
