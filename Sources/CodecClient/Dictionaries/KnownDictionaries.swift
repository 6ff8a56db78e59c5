import CodecCompression
import CodecCore
import Synchronization

/// The dictionaries that one server is known to have, by the format of its answers; shared by all copies of a client.
final class KnownDictionaries: Sendable {
    private let dictionaries = Mutex<[FrameFormat: ZstdDictionary]>([:])

    subscript(format: FrameFormat) -> ZstdDictionary? {
        get { dictionaries.withLock { $0[format] } }
        set { dictionaries.withLock { $0[format] = newValue } }
    }
}
