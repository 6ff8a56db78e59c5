public import CodecCompression
public import CodecMaps
extension Discovery {
    public func map(_ hash: ContentHash) async throws(ClientError) -> TokenizerMap { throw ClientError(.mapUnavailable, "") }
    public func mapHashes() async throws(ClientError) -> [ContentHash] { [] }
}
