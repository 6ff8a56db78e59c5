import CodecEngines
import Foundation
import Testing

@Suite("Loading a model", .serialized)
struct LlamaLoadingTests {
    private func message(path: String, parallel: Int = 1) throws -> String {
        do {
            _ = try LlamaEngine(
                LlamaConfiguration(modelPath: path, parallel: parallel, contextLength: 64),
                map: RealModel.map.get())
            return "loaded"
        } catch let error as EngineError {
            #expect(error.code == (parallel == 1 ? .modelUnavailable : .invalidRequest))
            return error.message
        }
    }

    @Test("a path that is no model says so")
    func notAModel() throws {
        #expect(try message(path: "/nowhere/model.gguf") == "There is no model file '/nowhere/model.gguf'.")
        #expect(try message(path: #filePath) == "'\(#filePath)' is not a GGUF file.")
        #expect(try message(path: "/").contains("cannot be read"))
    }

    @Test(
        "a file that was cut off or damaged says so",
        arguments: [4, 24, 1000, 100_000, 1_500_000, 50_000_000])
    func truncated(_ length: Int) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).gguf")
        defer { try? FileManager.default.removeItem(at: path) }
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: RealModel.path))
        var bytes = try #require(try file.read(upToCount: length))
        try bytes.write(to: path)
        #expect(try message(path: path.path).contains("cannot be loaded: "))
        for index in stride(from: 8, to: min(bytes.count, 64), by: 8) { bytes[index] ^= 0x5a }
        try bytes.write(to: path)
        #expect(try message(path: path.path).contains("cannot be loaded: "))
    }

    @Test("a configuration that cannot be is refused", arguments: [0, -1, 65, Int.max])
    func configuration(_ parallel: Int) throws {
        #expect(try message(path: RealModel.path, parallel: parallel).hasPrefix("parallel is \(parallel)"))
    }
}
