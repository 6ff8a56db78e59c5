import CodecCore
@testable import CodecEngines
import Synchronization
import Testing

@Suite("The channel between an engine and a reader")
struct TokenChannelTests {
    @Test("ids that wait come as one frame, and with the end as the terminal frame")
    func packing() async throws {
        let (stream, channel) = TokenStream.makeStream()
        var iterator = stream.makeAsyncIterator()
        channel.send(1)
        channel.send([2, 3])
        #expect(try await iterator.next() == TokenFrame(ids: [1, 2, 3]))
        channel.send(4)
        channel.finish(.length, after: [5])
        #expect(try await iterator.next() == TokenFrame(ids: [4, 5], done: true, finishReason: .length))
        #expect(try await iterator.next() == nil)
    }

    @Test("after the end nothing has an effect")
    func oneEnd() async throws {
        let (stream, channel) = TokenStream.makeStream()
        channel.finish(.stopSequence)
        channel.send(9)
        channel.finish(.length, after: [9])
        channel.fail(EngineError(.generationFailed, "late"))
        var frames: [TokenFrame] = []
        for try await frame in stream { frames.append(frame) }
        #expect(frames == [TokenFrame(done: true, finishReason: .stopSequence)])
    }

    @Test("a failure comes after the ids, once")
    func failure() async throws {
        let (stream, channel) = TokenStream.makeStream()
        let error = EngineError(.generationFailed, "broken")
        channel.send(1)
        channel.fail(error)
        var iterator = stream.makeAsyncIterator()
        #expect(try await iterator.next() == TokenFrame(ids: [1]))
        await #expect(throws: error) { _ = try await iterator.next() }
        #expect(try await iterator.next() == nil)
    }

    @Test("a reader that waits gets each id at once; every order of the two sides gives the same ids")
    func concurrent() async throws {
        let (stream, channel) = TokenStream.makeStream(capacity: 4)
        let sending = Task {
            for id: TokenID in 0..<2000 {
                while !channel.hasRoom { await Task.yield() }
                channel.send(id)
            }
            channel.finish(.length)
        }
        var ids: [TokenID] = []
        var ends = 0
        for try await frame in stream {
            #expect(frame.done || (1...4).contains(frame.ids.count))
            ids += frame.ids
            ends += frame.done ? 1 : 0
        }
        await sending.value
        #expect(ids == Array(0..<2000))
        #expect(ends == 1)
    }

    @Test("a full channel has no room, and tells when the reader makes some")
    func room() async throws {
        let calls = Mutex(0)
        let (stream, channel) = TokenStream.makeStream(capacity: 2) { calls.withLock { $0 += 1 } }
        var iterator = stream.makeAsyncIterator()
        channel.send(1)
        #expect(channel.hasRoom)
        _ = try await iterator.next()
        #expect(calls.withLock { $0 } == 0, "nobody had asked in vain")
        channel.send([1, 2])
        #expect(!channel.hasRoom)
        _ = try await iterator.next()
        #expect(calls.withLock { $0 } == 1)
        #expect(channel.hasRoom)
    }

    @Test("the stream's and all iterators' end is the reader's end")
    func dropping() async throws {
        let calls = Mutex(0)
        var stream: TokenStream?
        let channel: TokenChannel
        (stream, channel) = TokenStream.makeStream { calls.withLock { $0 += 1 } }
        var iterator = stream?.makeAsyncIterator()
        channel.send(1)
        stream = nil
        #expect(!channel.isAbandoned)
        #expect(try await iterator?.next() == TokenFrame(ids: [1]))
        iterator = nil
        #expect(channel.isAbandoned)
        #expect(calls.withLock { $0 } == 1)
        channel.send(2)
        channel.finish(.length)
    }

    @Test("a stream that was read to its end is not abandoned")
    func complete() async throws {
        let channel: TokenChannel
        do {
            let stream: TokenStream
            (stream, channel) = TokenStream.makeStream()
            channel.finish(.length)
            for try await _ in stream {}
        }
        #expect(!channel.isAbandoned)
    }

    @Test("cancelling the task that reads ends its wait, before and during it", arguments: [true, false])
    func cancellation(before: Bool) async throws {
        let (stream, channel) = TokenStream.makeStream()
        let reading = Task {
            if before { withUnsafeCurrentTask { $0?.cancel() } }
            var iterator = stream.makeAsyncIterator()
            return try await iterator.next()
        }
        if !before { reading.cancel() }
        #expect(try await reading.value == nil)
        #expect(channel.isAbandoned)
    }

    @Test("a second reader at the same time is an error, and does not disturb the first")
    func secondReader() async throws {
        let (stream, channel) = TokenStream.makeStream()
        let results = await withTaskGroup(of: Result<TokenFrame?, any Error>.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    var iterator = stream.makeAsyncIterator()
                    do { return .success(try await iterator.next()) } catch { return .failure(error) }
                }
            }
            // The one that came second fails at once; the first goes on waiting for this id.
            let first = await group.next()
            channel.send(7)
            let second = await group.next()
            return [first, second]
        }
        #expect(throws: EngineError.self) { try results[0]?.get() }
        #expect(try results[1]?.get() == TokenFrame(ids: [7]))
    }
}
