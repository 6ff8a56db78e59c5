/// Classes of scalars that none of some sets tells apart, and the class of every scalar: what an automaton
/// reads instead of scalars. Owns its tables; immutable once made.
final class ScalarClasses: @unchecked Sendable {
    static let maximumClasses = 255

    /// Bit s of entry c: set s holds the scalars of class c.
    private(set) var memberships: [UInt32] = []
    /// The class of U+0000 to U+FFFF.
    let basic: UnsafeMutablePointer<UInt8>
    /// Where, beyond ASCII, the classes of the categories change: the first scalars of the segments …
    private let segments: [UInt32]
    /// … and 32 classes for each.
    private var segmentClasses: [UInt8] = []

    /// - Throws: when the sets have too many classes.
    init(_ sets: [ScalarSet]) throws(PatternError) {
        basic = .allocate(capacity: 0x10000)
        basic.initialize(repeating: 0, count: 0x10000)
        var starts = [UInt32(128)]
        for set in sets { starts += set.spans.map { $0.first } }
        starts.sort()
        var distinct: [UInt32] = []
        for start in starts where start != distinct.last { distinct.append(start) }
        segments = distinct

        for character in UInt32(0)..<128 {
            var membership: UInt32 = 0
            for (number, set) in sets.enumerated() where set.contains(character) {
                membership |= 1 << UInt32(truncatingIfNeeded: number)
            }
            basic[Int(character)] = try number(of: membership)
        }
        var spanIndices = [Int](repeating: 0, count: sets.count)
        segmentClasses.reserveCapacity(32 * segments.count)
        for (index, first) in segments.enumerated() {
            var masks: [UInt32] = []
            for (number, set) in sets.enumerated() {
                let next = spanIndices[number] + 1
                if next < set.spans.count, set.spans[next].first == first { spanIndices[number] = next }
                masks.append(set.spans[spanIndices[number]].categories)
            }
            for category in UInt32(0)..<32 {
                var membership: UInt32 = 0
                for (number, mask) in masks.enumerated() where mask >> category & 1 == 1 {
                    membership |= 1 << UInt32(truncatingIfNeeded: number)
                }
                segmentClasses.append(try self.number(of: membership))
            }
            fillBasic(
                from: first, upTo: index + 1 < segments.count ? segments[index + 1] : .max, segment: index)
        }
    }

    deinit {
        basic.deallocate()
    }

    var count: Int { memberships.count }

    private func fillBasic(from first: UInt32, upTo next: UInt32, segment: Int) {
        guard first < 0x10000 else { return }
        let categories = GeneralCategory.basic
        segmentClasses.withUnsafeBufferPointer { classes in
            for scalar in Int(first)..<Int(min(next, 0x10000)) {
                basic[scalar] = classes[32 &* segment &+ Int(categories[scalar] & 31)]
            }
        }
    }

    private func number(of membership: UInt32) throws(PatternError) -> UInt8 {
        for (number, known) in memberships.enumerated() where known == membership {
            return UInt8(truncatingIfNeeded: number)
        }
        guard memberships.count < Self.maximumClasses else {
            throw PatternError("classes that cut Unicode into more than 255 parts", offset: 0)
        }
        memberships.append(membership)
        return UInt8(truncatingIfNeeded: memberships.count - 1)
    }

    /// The class of a scalar value.
    func of(_ scalar: UInt32) -> UInt8 {
        if scalar < 0x10000 { return basic[Int(scalar)] }
        var index = 0
        var count = segments.count
        while count > 1 {
            let half = count / 2
            if segments[index + half] <= scalar { index += half }
            count -= half
        }
        return segmentClasses[32 * index + Int(GeneralCategory.of(scalar) & 31)]
    }
}
