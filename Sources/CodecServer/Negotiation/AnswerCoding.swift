internal import CodecAPI
internal import CodecCompression
internal import CodecEngines
internal import CodecMaps
internal import HTTPTypes

/// What of an answer decides how it is compressed.
struct CodedAnswer: Sendable {
    var format: AnswerFormat
    var idsPerFlush: Double
    /// Nil when the request does not say.
    var expectedIDs: Int?
    /// Those that there are for the format.
    var dictionaries: [ZstdDictionary] = []
}

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
    init(_ answer: CodedAnswer, headers: HTTPFields, picker: EncodingPicker) throws(APIError) {
        let dictionary = DictionaryChoice.dictionary(among: answer.dictionaries, for: headers)
        guard
            let choice = picker.pick(
                acceptEncoding: headers[.acceptEncoding], format: answer.format.name,
                idsPerFlush: answer.idsPerFlush, expectedIDs: answer.expectedIDs,
                hasDictionary: dictionary != nil)
        else {
            let lacks = answer.dictionaries.isEmpty && DictionaryChoice.takesZstd(headers)
            throw .notAcceptable(
                "Accept-Encoding leaves nothing that this answer can have"
                    + (lacks ? "; there is no dictionary for zstd and \(answer.format.name)." : "."))
        }
        encoding = choice.encoding
        use = CompressionUse(idsPerFlush: answer.idsPerFlush)
        reason = choice.reason.rawValue
        self.dictionary = choice.encoding == .zstd ? dictionary : nil
        let mayHaveDictionary = !answer.dictionaries.isEmpty && DictionaryChoice.takesZstd(headers)
        vary =
            "Accept, Accept-Encoding"
            + (mayHaveDictionary ? ", Available-Dictionary, Codec-Zstd-Dict, Sec-Fetch-Mode" : "")
    }

    /// For the body; nil for identity.
    func makeCompressor() throws(CompressionError) -> (any StreamCompressor)? {
        try encoding.makeCompressor(dictionary: dictionary, for: use)
    }

    /// A whole answer as it goes out.
    func whole(_ document: [UInt8]) throws(APIError) -> [UInt8] {
        do {
            guard let compressor = try makeCompressor() else { return document }
            var bytes: [UInt8] = []
            try compressor.compress(document, flush: .finish, into: &bytes)
            return bytes
        } catch {
            throw .internalError
        }
    }
}
