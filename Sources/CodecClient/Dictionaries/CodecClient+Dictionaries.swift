public import CodecCompression
public import CodecCore
public import CodecMaps

extension CodecClient {
    /// Has the dictionaries ready that a map lists for a format, so that the next request can offer zstd.
    ///
    /// The last one that can be had is offered: one vocabulary may have several over time.
    /// - Returns: whether there is one.
    /// - Throws: why none of those that are listed can be had.
    public func prepareDictionary(
        of map: TokenizerMap, format: FrameFormat
    ) async throws(ClientError) -> Bool {
        var failure: ClientError?
        for entry in map.zstdDictionaries.reversed() where entry.format == format.name {
            do throws(ClientError) {
                offer(try await discovery.dictionary(entry.hash, listedBy: map), format: format)
                return true
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return false
    }

    /// Offers zstd with this dictionary for answers in this format from now on.
    public func offer(_ dictionary: ZstdDictionary, format: FrameFormat) {
        dictionaries[format] = dictionary
    }

    /// The dictionary that an answer is compressed with, as its head names it; nil for another encoding.
    /// - Throws: `dictionaryUnavailable`.
    func dictionary(
        _ head: ResponseHead, format: FrameFormat?
    ) async throws(ClientError) -> ZstdDictionary? {
        guard let hash = head.dictionary else { return nil }
        if let format, let known = dictionaries[format], known.hash == hash { return known }
        do throws(ClientError) {
            let map = await discovery.cachedMap(head.map)
            let dictionary = try await discovery.dictionary(hash, listedBy: map)
            if let format { offer(dictionary, format: format) }
            return dictionary
        } catch {
            throw ClientError(
                .dictionaryUnavailable, "the answer's dictionary \(hash) cannot be had: \(error.message)")
        }
    }
}
