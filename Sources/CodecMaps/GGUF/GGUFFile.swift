internal import CodecCore

/// The metadata of a GGUF model file, versions 2 and 3, little-endian. Tensors are not looked at.
public struct GGUFFile: Sendable {
    /// Metadata may reach so far into the file.
    public static let maximumMetadataBytes = 64 << 20

    public let version: Int
    public let tensorCount: UInt64
    public let metadata: [String: GGUFValue]

    /// Reads the metadata of a file that lies in memory.
    /// - Throws: `malformed` with offset and key, `tooLarge`, `unsupported`.
    public init(parsing bytes: [UInt8]) throws(MapError) {
        switch try Self.parse(bytes, fileSize: bytes.count) {
        case .file(let file): self = file
        case .needsMore: throw MapError(.malformed, offset: bytes.count, "the file ends too early")
        }
    }

    /// Reads the metadata of a file, and no more of the file than a few times the metadata's size.
    init(reading file: borrowing InputFile) throws(MapError) {
        var prefix = 4 << 20
        while true {
            let bytes = try file.read(atMost: prefix)
            // A file that shrank since it was opened ends where it ends.
            let size = bytes.count < prefix ? bytes.count : max(file.size, bytes.count)
            if case .file(let file) = try Self.parse(bytes, fileSize: size) {
                self = file
                return
            }
            guard prefix < Self.maximumMetadataBytes else {
                throw MapError(
                    .tooLarge, "the file's metadata is longer than \(Self.maximumMetadataBytes) bytes")
            }
            prefix *= 2
        }
    }

    private enum ParseResult {
        case file(GGUFFile)
        /// The bytes are a prefix of the file, and the metadata goes on behind them.
        case needsMore
    }

    private static func parse(_ bytes: [UInt8], fileSize: Int) throws(MapError) -> ParseResult {
        do {
            return .file(
                try bytes.withUnsafeBufferPointer { (bytes) throws(GGUFStop) in
                    var reader = GGUFReader(UnsafeRawBufferPointer(bytes), fileSize: fileSize)
                    return try GGUFFile(&reader)
                })
        } catch {
            switch error {
            case .needsMore: return .needsMore
            case .invalid(let error): throw error
            }
        }
    }

    private init(_ reader: inout GGUFReader) throws(GGUFStop) {
        guard try reader.matches("GGUF") else { throw reader.malformed("is no GGUF file") }
        let version: UInt32 = try reader.integer()
        guard version == 2 || version == 3 else {
            let isSwapped = version.byteSwapped == 2 || version.byteSwapped == 3
            throw reader.unsupported(
                isSwapped ? "the file is big-endian" : "version \(version) of GGUF is not supported")
        }
        self.version = Int(version)
        tensorCount = try reader.integer()
        // A pair has at least the length of its key, a type and one byte of value.
        let count = try reader.count(minimumSize: 13)
        var metadata: [String: GGUFValue] = [:]
        for _ in 0..<count {
            reader.key = nil
            let key = try reader.string()
            reader.key = key
            guard metadata.updateValue(try reader.value(), forKey: key) == nil else {
                throw reader.malformed("the key occurs twice")
            }
        }
        self.metadata = metadata
    }

    // MARK: - Values by type

    func string(_ key: String) -> String? {
        if case .string(let value) = metadata[key] { value } else { nil }
    }

    func strings(_ key: String) -> StringTable? {
        if case .strings(let value) = metadata[key] { value } else { nil }
    }

    func integers(_ key: String) -> [Int64]? {
        if case .integers(let value) = metadata[key] { value } else { nil }
    }

    func floats(_ key: String) -> [Float]? {
        if case .floats(let value) = metadata[key] { value } else { nil }
    }

    func bool(_ key: String) -> Bool? {
        if case .bool(let value) = metadata[key] { value } else { nil }
    }

    func integer(_ key: String) -> Int64? {
        if case .integer(let value) = metadata[key] { value } else { nil }
    }
}
