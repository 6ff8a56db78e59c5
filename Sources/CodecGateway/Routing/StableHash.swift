internal import Foundation

/// A hash that is the same in every process (FNV-1a, then mixed as SplitMix64 does): several gateways choose alike. It
/// resists nobody who looks for collisions.
package struct StableHash: Sendable {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    package init() {}

    package mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // Where one part ends and the next begins counts as well.
        state = (state ^ 0xFF) &* 0x100_0000_01B3
    }

    package mutating func add(_ number: some FixedWidthInteger) {
        var bits = UInt64(truncatingIfNeeded: number)
        for _ in 0..<8 {
            state = (state ^ (bits & 0xFF)) &* 0x100_0000_01B3
            bits >>= 8
        }
    }

    package var value: UInt64 {
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// The natural logarithm.
func logarithm(_ value: Double) -> Double { log(value) }
