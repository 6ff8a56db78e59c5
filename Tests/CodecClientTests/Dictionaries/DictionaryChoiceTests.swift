import CodecClient
import CodecCompression
import Foundation
import Testing

@Suite struct DictionaryChoiceTests {
    static let dictionary: ZstdDictionary? = try? ZstdDictionary(Array("a dictionary of raw content".utf8))

    enum Result: Sendable, Equatable {
        case dictionary
        case none
        case error(ClientError.Code)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var encoding: String?
        var name: String?
        var expected: Result
        var testDescription: String { "\(encoding ?? "-"), \(name ?? "-")" }

        init(_ encoding: String?, _ name: String?, _ expected: Result) {
            (self.encoding, self.name, self.expected) = (encoding, name, expected)
        }
    }

    static var hash: String { dictionary?.hash.description ?? "" }

    static let cases: [Case] = [
        Case("zstd", hash, .dictionary),
        Case("ZSTD", hash, .dictionary),
        Case(" zstd ", " \(hash) ", .dictionary),
        Case("gzip", nil, .none),
        Case(nil, nil, .none),
        Case("identity", hash, .none),
        Case("gzip", hash, .none),
        Case("br", nil, .none),
        Case("zstd, gzip", hash, .none),
        Case("zstd", nil, .error(.dictionaryNotNamed)),
        Case("zstd", "", .error(.dictionaryNotNamed)),
        Case("zstd", "sha256:" + String(repeating: "0", count: 64), .error(.dictionaryUnavailable)),
        Case("zstd", String(hash.dropFirst(7)), .error(.malformedDictionaryName)),
        Case("zstd", hash.uppercased(), .error(.malformedDictionaryName)),
        Case("zstd", String(hash.dropLast()), .error(.malformedDictionaryName)),
        Case("zstd", "sha256:" + String(repeating: "g", count: 64), .error(.malformedDictionaryName)),
        Case("zstd", "md5:" + String(repeating: "0", count: 64), .error(.malformedDictionaryName)),
    ]

    @Test("the dictionary that headers name", arguments: cases)
    func choice(_ c: Case) throws {
        let loaded = [try #require(Self.dictionary)]
        let headers = [("Content-Encoding", c.encoding), ("codec-zstd-dict", c.name)].compactMap {
            name, value in
            value.map { (name: name, value: $0) }
        }
        #expect(Self.choose(headers, loaded) == c.expected)
    }

    static func choose(_ headers: [(name: String, value: String)], _ loaded: [ZstdDictionary]) -> Result {
        do throws(ClientError) {
            let dictionary = try DictionaryChoice.dictionary(for: headers, among: loaded)
            return dictionary == nil ? .none : .dictionary
        } catch {
            return .error(error.code)
        }
    }

    private struct Golden: Decodable {
        struct Case: Decodable {
            var headers: [String: String]
            var result: String?
        }
        var cases: [Case]
    }

    @Test(
        "what the reference chooses, and where it refuses",
        .enabled(if: ProcessInfo.processInfo.environment["CODEC_CONFORMANCE"] != nil))
    func golden() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["CODEC_CONFORMANCE"]) + "/zstd/"
        let dictionary = try ZstdDictionary(
            Array(Data(contentsOf: URL(filePath: folder + "dict-msgpack.zdict"))))
        let bytes = try Data(contentsOf: URL(filePath: folder + "select.json"))
        let golden = try JSONDecoder().decode(Golden.self, from: bytes)
        let raw = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        let refused = try #require(raw["cases"] as? [[String: Any]]).map { $0["error"] != nil }
        #expect(golden.cases.count == refused.count && !refused.isEmpty)
        for (index, c) in golden.cases.enumerated() {
            let result = Self.choose(c.headers.map { (name: $0.key, value: $0.value) }, [dictionary])
            switch result {
            case .dictionary: #expect(c.result == "dict-msgpack" && !refused[index])
            case .none: #expect(c.result == nil && !refused[index])
            case .error: #expect(refused[index])
            }
        }
    }
}
