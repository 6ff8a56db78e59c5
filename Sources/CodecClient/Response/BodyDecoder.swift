package import CodecCompression

/// Undoes a body's encoding, part by part.
package struct BodyDecoder {
    private let encoding: ContentEncoding
    private let dictionary: ZstdDictionary?
    private let limits: DecompressionLimits
    private var decompressor: (any StreamDecompressor)?

    package init(
        encoding: ContentEncoding, dictionary: ZstdDictionary? = nil, limits: DecompressionLimits = .init()
    ) {
        self.encoding = encoding
        self.dictionary = dictionary
        self.limits = limits
    }

    /// - Throws: `malformed`, `tooLarge`, `decompressionBomb`; `unexpectedAnswer` for an encoding that cannot be undone.
    package mutating func decode(_ part: [UInt8]) throws(ClientError) -> [UInt8] {
        guard encoding != .identity else { return part }
        do throws(CompressionError) {
            if decompressor == nil {
                decompressor = try encoding.makeDecompressor(limits: limits, dictionary: dictionary)
            }
        } catch {
            throw ClientError(decompression: error)
        }
        guard let decompressor else {
            throw ClientError(
                .unexpectedAnswer, "there is no way to read Content-Encoding \(encoding.rawValue)")
        }
        do throws(CompressionError) {
            var bytes: [UInt8] = []
            try decompressor.decompress(part, into: &bytes)
            return bytes
        } catch {
            throw ClientError(decompression: error)
        }
    }

    /// Says that the body is over.
    /// - Throws: `truncated` when its encoding is not.
    package func finish() throws(ClientError) {
        do throws(CompressionError) {
            try decompressor?.finish()
        } catch {
            throw ClientError(.truncated, error.description)
        }
    }
}
