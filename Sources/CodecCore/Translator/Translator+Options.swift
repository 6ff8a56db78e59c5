extension Translator {
    /// A special token of the source, and what it becomes.
    public struct SpecialPair: Sendable, Equatable {
        public var source: TokenID
        public var target: TokenID

        public init(source: TokenID, target: TokenID) {
            self.source = source
            self.target = target
        }

        /// The special tokens that have the same role on both sides.
        public static func byRole(from source: Vocabulary, to target: Vocabulary) -> [SpecialPair] {
            var pairs: [SpecialPair] = []
            for role in SpecialTokenRole.allCases {
                if let sourceID = source.specialID(for: role), let targetID = target.specialID(for: role) {
                    pairs.append(SpecialPair(source: sourceID, target: targetID))
                }
            }
            return pairs
        }
    }

    /// What becomes of ids that are no text.
    public struct Options: Sendable, Equatable {
        public enum OtherSpecials: Sendable, Equatable {
            /// They are as if they were not there.
            case drop
            /// They are an error.
            case refuse
        }

        public enum UnknownIDs: Sendable, Equatable {
            /// They are an error.
            case refuse
            /// Each is U+FFFD, as in decoding.
            case replace
        }

        /// Which special tokens stand for which; nil for those that have the same role on both sides.
        public var specials: [SpecialPair]?
        /// Special tokens that stand for none of the target's.
        public var otherSpecials: OtherSpecials
        /// Ids that the source vocabulary has not.
        public var unknownIDs: UnknownIDs

        public init(
            specials: [SpecialPair]? = nil, otherSpecials: OtherSpecials = .drop,
            unknownIDs: UnknownIDs = .refuse
        ) {
            self.specials = specials
            self.otherSpecials = otherSpecials
            self.unknownIDs = unknownIDs
        }
    }
}
