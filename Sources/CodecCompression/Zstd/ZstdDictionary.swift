internal import CZstd
internal import Synchronization

/// A zstd dictionary: bytes that streams refer to before they have bytes of their own (RFC 8878 §5; spec §5).
///
/// Its forms for compressing and decompressing are made once and shared by all streams.
// The prepared forms are never changed once made, and are made under a lock.
public final class ZstdDictionary: @unchecked Sendable {
    /// The largest dictionary that is loaded (spec §18).
    public static let maximumBytes = 1 << 20
    /// zstd takes no notice of anything shorter.
    static let minimumBytes = 8

    public let bytes: [UInt8]
    /// Of `bytes`: what `Codec-Zstd-Dict` and a map's list say.
    public let hash: ContentHash
    /// What frames name it by; 0 for raw content, which frames do not name.
    public let id: UInt32

    let decompressionForm: OpaquePointer
    private let compressionForms = Mutex<[CompressionUse: Prepared]>([:])

    /// A `ZSTD_CDict`. Shared by contexts, none of which changes it.
    private struct Prepared: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// - Parameters:
    ///   - bytes: a trained dictionary, or raw content: anything that does not begin as a trained one does.
    ///   - expected: the hash that the bytes must have.
    public init(_ bytes: [UInt8], expecting expected: ContentHash? = nil) throws(DictionaryError) {
        guard bytes.count >= Self.minimumBytes else { throw .tooSmall(bytes.count) }
        guard bytes.count <= Self.maximumBytes else { throw .tooLarge(bytes.count) }
        let hash = ContentHash(of: bytes)
        if let expected, expected != hash { throw .hashMismatch(expected: expected, actual: hash) }
        guard let form = bytes.withUnsafeBytes({ ZSTD_createDDict($0.baseAddress, $0.count) }) else {
            throw .damaged
        }
        self.bytes = bytes
        self.hash = hash
        id = bytes.withUnsafeBytes { ZSTD_getDictID_fromDict($0.baseAddress, $0.count) }
        decompressionForm = form
    }

    deinit {
        ZSTD_freeDDict(decompressionForm)
        compressionForms.withLock { forms in
            for form in forms.values { ZSTD_freeCDict(form.pointer) }
        }
    }

    /// Tries the dictionary on a few bytes, for whoever will compress with it: one that reads streams may be damaged
    /// where only writing them looks.
    /// - Throws: `unfit`.
    public func checkCompressing() throws(DictionaryError) {
        let plain = Array(bytes.suffix(256))
        do {
            for use in [CompressionUse.stream, .document] {
                var packed: [UInt8] = []
                let compressor = try ZstdCompressor(dictionary: self, for: use)
                try compressor.compress(plain, flush: .finish, into: &packed)
                var read: [UInt8] = []
                let decompressor = try ContentEncoding.zstd.makeDecompressor(dictionary: self)
                try decompressor?.decompress(packed, into: &read)
                try decompressor?.finish()
                guard read == plain else { throw DictionaryError.unfit }
            }
        } catch {
            throw .unfit
        }
    }

    /// The form for compressing; nil when there is no memory for it. It lives as long as the dictionary.
    func compressionForm(for use: CompressionUse) -> OpaquePointer? {
        compressionForms.withLock { forms -> Prepared? in
            if let form = forms[use] { return form }
            let parameters = ZstdParameters(for: use, dictionarySize: bytes.count).compression
            let pointer = bytes.withUnsafeBytes {
                ZSTD_createCDict_advanced(
                    $0.baseAddress, $0.count, ZSTD_dlm_byCopy, ZSTD_dct_auto, parameters, ZSTD_customMem())
            }
            guard let pointer else { return nil }
            let form = Prepared(pointer: pointer)
            forms[use] = form
            return form
        }?.pointer
    }
}

/// Why bytes are no dictionary.
public enum DictionaryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Bytes that there are.
    case tooSmall(Int)
    /// Bytes that there are.
    case tooLarge(Int)
    case hashMismatch(expected: ContentHash, actual: ContentHash)
    /// It begins as a trained dictionary does, but its tables are none.
    case damaged
    /// Streams can be read with it, but not written.
    case unfit

    public var description: String {
        switch self {
        case .tooSmall(let count):
            "the dictionary has \(count) bytes; \(ZstdDictionary.minimumBytes) are the least"
        case .tooLarge(let count):
            "the dictionary has \(count) bytes; \(ZstdDictionary.maximumBytes) are the most"
        case .hashMismatch(let expected, let actual):
            "the dictionary's hash is \(actual), expected \(expected)"
        case .damaged: "the dictionary's tables are damaged"
        case .unfit: "the dictionary's tables are damaged: it cannot compress"
        }
    }
}
