internal import Synchronization

/// Piece encoders that wait for their next use, so that their caches stay warm from call to call.
///
/// Lock-free: a slot holds an encoder or nothing, and whoever swaps it out owns it.
final class PieceEncoderPool: @unchecked Sendable {
    private static let slotCount = 64

    private final class Box {
        var encoder: PieceEncoder

        init(_ vocabulary: Vocabulary) { encoder = PieceEncoder(vocabulary) }
    }

    private let vocabulary: Vocabulary
    /// In plain memory: an array of objects would be retained at each look.
    private let slots: UnsafeMutablePointer<Atomic<Unmanaged<Box>?>>

    init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        slots = .allocate(capacity: Self.slotCount)
        for slot in 0..<Self.slotCount { (slots + slot).initialize(to: Atomic(nil)) }
    }

    deinit {
        for slot in 0..<Self.slotCount { slots[slot].load(ordering: .acquiring)?.release() }
        slots.deinitialize(count: Self.slotCount)
        slots.deallocate()
    }

    /// Calls `body` with an encoder of its own, empty.
    func withEncoder<Result>(_ body: (inout PieceEncoder) -> Result) -> Result {
        let box = take() ?? Box(vocabulary)
        box.encoder.reset()
        defer { put(box) }
        return body(&box.encoder)
    }

    private func take() -> Box? {
        for slot in 0..<Self.slotCount {
            if let box = slots[slot].exchange(nil, ordering: .acquiringAndReleasing) {
                return box.takeRetainedValue()
            }
        }
        return nil
    }

    private func put(_ box: Box) {
        let retained = Unmanaged.passRetained(box)
        for slot in 0..<Self.slotCount {
            let (exchanged, _) = slots[slot].compareExchange(
                expected: nil, desired: retained, ordering: .acquiringAndReleasing)
            if exchanged { return }
        }
        retained.release()
    }
}
