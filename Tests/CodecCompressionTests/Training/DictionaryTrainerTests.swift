import CodecCompression
import Foundation
import Testing

@Suite("Dictionary training")
struct DictionaryTrainerTests {
    /// Streams of msgpack frames with words that come again from stream to stream.
    static func samples(_ count: Int) -> [StreamSample] {
        var random = SplitMix(state: 42)
        let words = (0..<300).map { _ in (0..<3).map { _ in UInt16(random.next() % 4000 + 256) } }
        return (0..<count).map { _ in
            let frames = (0..<Int.random(in: 4...24, using: &random)).map { _ -> [UInt8] in
                var frame: [UInt8] = [0x82, 0xA3, 0x69, 0x64, 0x73, 0x96]
                for _ in 0..<2 {
                    for id in words[Int.random(in: 0..<words.count, using: &random)] {
                        frame += [0xCD, UInt8(id >> 8), UInt8(id & 255)]
                    }
                }
                return frame + [0xA4, 0x64, 0x6F, 0x6E, 0x65, 0xC2]
            }
            return StreamSample(frames: frames, ids: 6 * frames.count)
        }
    }

    @Test(
        "the same seed makes the same dictionary, which gains on streams it has not seen",
        arguments: DictionaryTrainer.Method.allCases)
    func training(method: DictionaryTrainer.Method) throws {
        let samples = Self.samples(300)
        let trainer = DictionaryTrainer(method: method, dictionaryBytes: 4096, steps: 4)
        let result = try trainer.train(samples)
        #expect(result.dictionary.bytes.count <= 4096)
        #expect(result.dictionary.id != 0)
        #expect(result.trainedOn + result.heldOut.count == 300)
        #expect(result.heldOut.count == 60)
        #expect(try trainer.train(samples).dictionary.hash == result.dictionary.hash)
        var other = trainer
        other.seed = 2
        #expect(try other.train(samples).heldOut != result.heldOut)

        let evaluation = try DictionaryEvaluation(of: result.dictionary, on: result.heldOut, flushed: false)
        #expect(evaluation.rows.map(\.fromIDs) == evaluation.rows.map(\.fromIDs).sorted())
        #expect(evaluation.rows.reduce(0) { $0 + $1.streams } == 60)
        #expect(evaluation.rows.allSatisfy { $0.gain > 0.2 })
        let flushed = try DictionaryEvaluation(of: result.dictionary, on: result.heldOut, flushed: true)
        #expect(zip(flushed.rows, evaluation.rows).allSatisfy { $0.zstdBytes > $1.zstdBytes })
    }

    @Test("what cannot be trained is refused")
    func refusals() {
        #expect { try DictionaryTrainer().train(Self.samples(5)) } throws: {
            ($0 as? TrainingError)?.code == .tooFew
        }
        #expect { try DictionaryTrainer(dictionaryBytes: 2 << 20).train(Self.samples(50)) } throws: {
            ($0 as? TrainingError)?.code == .badOption
        }
        #expect { try DictionaryTrainer(dictionaryBytes: 100).train(Self.samples(50)) } throws: {
            ($0 as? TrainingError)?.code == .failed
        }
        #expect { try DictionaryTrainer(heldOut: 1).train(Self.samples(50)) } throws: {
            ($0 as? TrainingError)?.code == .badOption
        }
    }

    @Test("a recorded line is read and written")
    func recorded() throws {
        let line = #"{"finish_reason":"length","frames":[[1,4294967295],[7]],"map":"sha256:00"}"#
        let stream = try JSONDecoder().decode(RecordedStream.self, from: Data(line.utf8))
        #expect(
            stream == RecordedStream(map: "sha256:00", frames: [[1, .max], [7]], finishReason: "length"))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try String(decoding: encoder.encode(stream), as: UTF8.self) == line)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(
                RecordedStream.self, from: Data(#"{"map":"m","frames":[[-1]]}"#.utf8))
        }
    }
}
