import CodecCore
import CodecTesting
import Testing

/// What a decoder made of a stream: its frames, and the error it ended with.
struct FrameOutcome: Equatable {
    var frames: [TokenFrame] = []
    var error: FrameError?

    init(frames: [TokenFrame] = [], error: FrameError? = nil) {
        self.frames = frames
        self.error = error
    }

    /// Feeds chunks to a fresh decoder, taking the frames that are complete after each.
    init(_ chunks: [ArraySlice<UInt8>], format: FrameFormat, limits: FrameLimits = .frames) {
        var decoder = FrameDecoder(format: format, limits: limits)
        do throws(FrameError) {
            for chunk in chunks {
                chunk.withUnsafeBytes { decoder.append($0) }
                while let frame = try decoder.next() { frames.append(frame) }
            }
            try decoder.finish()
        } catch {
            self.error = error
        }
    }

    init(_ bytes: [UInt8], format: FrameFormat, limits: FrameLimits = .frames) {
        self.init([bytes[...]], format: format, limits: limits)
    }
}

extension FrameFormat {
    /// The formats whose frames have borders.
    static let framed = allCases.filter { $0 != .compact }
}

func verifier(_ format: FrameFormat) -> StreamVerifier<UInt8, FrameOutcome> {
    StreamVerifier { FrameOutcome($0, format: format) }
}

func encoded(_ frames: [TokenFrame], _ format: FrameFormat) -> [UInt8] {
    var bytes: [UInt8] = []
    var encoder = FrameEncoder(format: format)
    for frame in frames { encoder.encode(frame, into: &bytes) }
    return bytes
}

/// A frame as the fixtures spell it.
struct JSONFrame: Decodable {
    var ids: [TokenID]
    var done: Bool
    var finish_reason: String?

    var frame: TokenFrame {
        TokenFrame(ids: ids, done: done, finishReason: finish_reason.map(FinishReason.init(rawValue:)))
    }
}

/// Bytes that a reader must read as `frames`, or refuse after `frames_before`.
struct FrameCase: Decodable, CustomTestStringConvertible {
    var id: String
    var format: String
    var hex: String
    var frames: [JSONFrame]?
    var frames_before: [JSONFrame]?
    /// The error's code that we give, for the bytes to refuse.
    var code: String?
    /// What a reader may do besides refusing.
    var maybe: String?
    var writer_bytes: Bool?
    var note: String?
    var why: String?
    var what: String?

    var bytes: [UInt8] { unhex(hex) }
    var frameFormat: FrameFormat { format == "msgpack" ? .msgpack : .protobuf }
    var expected: [TokenFrame] { (frames ?? frames_before ?? []).map(\.frame) }
    /// Whether a writer of today writes these bytes: older servers also wrote a false `done` in protobuf.
    var areOurs: Bool {
        let isOlder = frameFormat == .protobuf && note?.hasSuffix("back to back") == true
        return writer_bytes == true && !isOlder
    }
    var testDescription: String { "\(id): \(note ?? why ?? what ?? "")" }
}

/// The bytes that hex digits spell.
func unhex(_ hex: String) -> [UInt8] {
    let digits = Array(hex.utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).map { index in
        UInt8(decoding: digits[index...index + 1])
    }
}

extension UInt8 {
    fileprivate init(decoding digits: ArraySlice<UInt8>) {
        self = digits.reduce(0) { $0 << 4 | UInt8(Character(Unicode.Scalar($1)).hexDigitValue ?? 0) }
    }
}
