import Dispatch
import Testing

@testable import CodecServer

@Suite("Queues for tasks")
struct QueueExecutorTests {
    @Test("what prefers a queue runs on it, before it waits and after")
    func preference() async {
        let key = DispatchSpecificKey<Bool>()
        let queue = DispatchQueue(label: "test")
        queue.setSpecific(key: key, value: true)
        #expect(DispatchQueue.getSpecific(key: key) == nil)
        await withTaskExecutorPreference(QueueExecutor(queue)) {
            for _ in 0..<3 {
                #expect(DispatchQueue.getSpecific(key: key) == true)
                await Task.yield()
            }
        }
    }
}
