import CodecAPI
import CodecCore
import CodecEngines
import Testing

@testable import CodecServer

@Suite("Mailbox")
struct StreamMailboxTests {
    /// Long enough that no id of a test is ever due by time.
    private static let patient = FlushPolicy(delay: .seconds(3600), maximumIDs: 4096)

    private static func ids(_ delivery: StreamMailbox<FramePacker>.Delivery) -> [TokenID] {
        guard case .items(let frames) = delivery else { return [] }
        return frames.flatMap(\.ids)
    }

    @Test("ids that wait when the engine fails come before the failure")
    func failure() async throws {
        let mailbox = StreamMailbox<FramePacker>(policy: Self.patient)
        let (stream, channel) = TokenStream.makeStream(capacity: 64) {}
        async let filled: Void = mailbox.fill(from: StagedFrames(stream, stages: []))
        channel.send(1)
        #expect(Self.ids(try await mailbox.next()) == [1])
        channel.send(2)
        channel.send(3)
        channel.fail(EngineError(.generationFailed, "broken"))
        await filled
        #expect(Self.ids(try await mailbox.next()) == [2, 3])
        guard case .failed(let error) = try await mailbox.next() else {
            Issue.record("no failure was delivered")
            return
        }
        #expect(error.code == .generationFailed)
    }

    @Test("ids that wait go out when the server stops, and not when the client is gone")
    func cut() async throws {
        for (reason, expected) in [(StreamCut.serverStopping, [2] as [TokenID]), (.clientGone, [])] {
            let mailbox = StreamMailbox<FramePacker>(policy: Self.patient)
            let (stream, channel) = TokenStream.makeStream(capacity: 64) {}
            async let filled: Void = mailbox.fill(from: StagedFrames(stream, stages: []))
            channel.send(1)
            #expect(Self.ids(try await mailbox.next()) == [1])
            channel.send(2)
            channel.fail(EngineError(.generationFailed, "broken"))
            await filled
            mailbox.cut(reason)
            if !expected.isEmpty { #expect(Self.ids(try await mailbox.next()) == expected) }
            await #expect(throws: reason) { try await mailbox.next() }
        }
    }

    @Test("a frame of more ids than usually wait fills up without waiting for its time")
    func largeFrames() async throws {
        let mailbox = StreamMailbox<FramePacker>(policy: Self.patient)
        let (stream, channel) = TokenStream.makeStream(capacity: 8192) {}
        async let filled: Void = mailbox.fill(from: StagedFrames(stream, stages: []))
        channel.send(0)
        #expect(Self.ids(try await mailbox.next()) == [0])
        for id in 1...4096 as ClosedRange<TokenID> { channel.send(id) }
        #expect(Self.ids(try await mailbox.next()) == Array(1...4096))
        channel.finish(.length)
        await filled
    }
}
