internal import Synchronization

/// Piece encoders that wait for their next use, so that their caches stay warm from call to call.
///
/// Lock-free: a slot holds an encoder or nothing, and whoever swaps it out owns it.
final class PieceEncoderPool: Sendable {
    private static let slotCount = 64

    private let vocabulary: Vocabulary
    private let slots: [Slot]

    private final class Box {
        var encoder: PieceEncoder

        init(_ vocabulary: Vocabulary) { encoder = PieceEncoder(vocabulary) }
    }

    // Sendable because a box is only ever held by one side: the slot, or who swapped it out.
    private final class Slot: @unchecked Sendable {
        let box = Atomic<Unmanaged<Box>?>(nil)

        deinit {
            box.load(ordering: .acquiring)?.release()
        }
    }

    init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        slots = (0..<Self.slotCount).map { _ in Slot() }
    }

    /// Calls `body` with an encoder of its own, empty.
    func withEncoder<Result>(_ body: (inout PieceEncoder) -> Result) -> Result {
        let box = take() ?? Box(vocabulary)
        box.encoder.reset()
        defer { put(box) }
        return body(&box.encoder)
    }

    private func take() -> Box? {
        for slot in slots {
            if let box = slot.box.exchange(nil, ordering: .acquiringAndReleasing) {
                return box.takeRetainedValue()
            }
        }
        return nil
    }

    private func put(_ box: Box) {
        let retained = Unmanaged.passRetained(box)
        for slot in slots {
            let (exchanged, _) = slot.box.compareExchange(
                expected: nil, desired: retained, ordering: .acquiringAndReleasing)
            if exchanged { return }
        }
        retained.release()
    }
}
