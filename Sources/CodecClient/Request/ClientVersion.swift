import CodecCore
import NIOHTTP1

extension HTTPHeaders {
    /// Says which version this client speaks (spec §4); every request has it.
    mutating func addClientVersion() {
        replaceOrAdd(name: "Codec-Client-Version", value: CodecVersion.current.description)
    }
}
