internal import CodecCore

/// A SentencePiece model file: the `ModelProto` of sentencepiece_model.proto, as far as it says how text is
/// encoded.
struct SentencePieceModel {
    /// `SentencePiece.Type`
    enum Kind: UInt64 {
        case normal = 1, unknown, control, userDefined, unused, byte
    }

    private(set) var pieces = StringTable()
    private(set) var scores: [Float] = []
    private(set) var kinds: [Kind] = []

    // TrainerSpec; the values are those of absent fields.
    private(set) var modelType: UInt64 = 1
    private(set) var treatsWhitespaceAsSuffix = false
    private(set) var beginID: UInt64 = 1
    private(set) var endID: UInt64 = 2

    // NormalizerSpec
    private(set) var normalizerName = ""
    private(set) var charsMap = 0..<0
    private(set) var addsDummyPrefix = true
    private(set) var removesExtraWhitespaces = true
    private(set) var escapesWhitespaces = true
    /// Whether decoding changes the text.
    private(set) var denormalizes = false

    /// - Throws: `malformed` with the offset, `invalidField`.
    init(parsing bytes: [UInt8]) throws(MapError) {
        self.init()
        try bytes.withUnsafeBufferPointer { (bytes) throws(MapError) in
            try read(UnsafeRawBufferPointer(bytes))
        }
        guard !kinds.isEmpty else { throw MapError(.malformed, "the model has no pieces") }
    }

    private init() {}

    /// Whether a file begins as models do: with a piece, whose text is its first field.
    static func isModel(_ start: ArraySlice<UInt8>) -> Bool {
        let start = Array(start.prefix(4))
        return start.count == 4 && start[0] == 0x0A && start[2] == 0x0A && start[3] < start[1]
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer) throws(MapError) {
        var reader = ProtobufReader(bytes, bytes.indices)
        while let (field, value) = try reader.next() {
            guard case .bytes(let range) = value else { continue }
            switch field {
            case 1: try readPiece(bytes, range)
            case 2: try readTrainer(bytes, range)
            case 3: try readNormalizer(bytes, range)
            case 5:
                var reader = ProtobufReader(bytes, range)
                while let (field, value) = try reader.next() {
                    if field == 2, case .bytes(let map) = value, !map.isEmpty { denormalizes = true }
                }
            default: break
            }
        }
    }

    private mutating func readPiece(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(MapError) {
        let name = "pieces[\(kinds.count)]"
        var text = 0..<0
        var score: Float = 0
        var kind = Kind.normal
        var reader = ProtobufReader(bytes, range)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let range)): text = range
            case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
            case (3, .varint(let code)):
                guard let known = Kind(rawValue: code) else {
                    throw MapError(
                        .invalidField, field: name, offset: range.lowerBound, "\(code) is no type of a piece")
                }
                kind = known
            default: break
            }
        }
        let piece = UnsafeRawBufferPointer(rebasing: bytes[text])
        guard !piece.isEmpty, String(validating: piece, as: UTF8.self) != nil else {
            throw MapError(
                .invalidField, field: name, offset: range.lowerBound,
                piece.isEmpty ? "has no text" : "its text is not UTF-8")
        }
        pieces.append(piece)
        scores.append(score)
        kinds.append(kind)
    }

    private mutating func readTrainer(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(MapError) {
        var reader = ProtobufReader(bytes, range)
        while let (field, value) = try reader.next() {
            guard case .varint(let number) = value else { continue }
            switch field {
            case 3: modelType = number
            case 24: treatsWhitespaceAsSuffix = number != 0
            case 41: beginID = number
            case 42: endID = number
            default: break
            }
        }
    }

    private mutating func readNormalizer(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(MapError) {
        var reader = ProtobufReader(bytes, range)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let name)):
                normalizerName = String(decoding: bytes[name], as: UTF8.self)
            case (2, .bytes(let map)): charsMap = map
            case (3, .varint(let number)): addsDummyPrefix = number != 0
            case (4, .varint(let number)): removesExtraWhitespaces = number != 0
            case (5, .varint(let number)): escapesWhitespaces = number != 0
            default: break
            }
        }
    }
}
