public import CodecCompression

/// What a server publishes about the safety policy that it enforces (spec §13): the shape of enforcement, and
/// nothing of its content.
public struct SafetyPolicyDescriptor: Sendable, Equatable {
    /// Descriptors are at most so long (spec §18).
    public static let maximumBytes = 1 << 20
    /// The one version of the form.
    public static let version = "1"

    public enum Action: String, Sendable, CaseIterable {
        /// The stream ends with the finish reason `policy_violation`.
        case stop
        /// Placeholder ids stand in for the span's ids.
        case redact
        /// The span is sampled again, with its ids masked.
        case regenerate
        /// The ids pass; the event is recorded.
        case flag
    }

    public struct Category: Sendable, Equatable {
        /// `[a-z0-9_-]+`
        public var name: String
        public var action: Action
        public var description: String?

        public init(name: String, action: Action, description: String? = nil) {
            self.name = name
            self.action = action
            self.description = description
        }
    }

    public struct Classifier: Sendable, Equatable {
        public enum Host: String, Sendable, CaseIterable {
            case server, client, both
        }

        public enum EngineFeature: String, Sendable, CaseIterable {
            case logitsProcessor = "logits_processor"
            case hiddenStates = "hidden_states"
            case samplingChain = "sampling_chain"
        }

        /// Never empty.
        public var family: String
        public var host: Host?
        public var requiredEngineFeatures: [EngineFeature]?

        public init(family: String, host: Host? = nil, requiredEngineFeatures: [EngineFeature]? = nil) {
            self.family = family
            self.host = host
            self.requiredEngineFeatures = requiredEngineFeatures
        }
    }

    /// How many rules there are of each kind.
    public struct RulesSummary: Sendable, Equatable {
        public var bannedTokenIDs: UInt64?
        public var regexPatterns: UInt64?
        public var grammarConstraints: UInt64?
        public var multiTokenPatterns: UInt64?

        public init(
            bannedTokenIDs: UInt64? = nil, regexPatterns: UInt64? = nil, grammarConstraints: UInt64? = nil,
            multiTokenPatterns: UInt64? = nil
        ) {
            self.bannedTokenIDs = bannedTokenIDs
            self.regexPatterns = regexPatterns
            self.grammarConstraints = grammarConstraints
            self.multiTokenPatterns = multiTokenPatterns
        }
    }

    /// What a client does before it sends anything.
    public struct ClientHooks: Sendable, Equatable {
        public var prefilterCategories: [String]?
        public var classifierFamily: String?

        public init(prefilterCategories: [String]? = nil, classifierFamily: String? = nil) {
            self.prefilterCategories = prefilterCategories
            self.classifierFamily = classifierFamily
        }
    }

    public struct Publisher: Sendable, Equatable {
        public var name: String?
        public var url: String?
        public var contact: String?

        public init(name: String? = nil, url: String? = nil, contact: String? = nil) {
            self.name = name
            self.url = url
            self.contact = contact
        }
    }

    /// `[a-z0-9._/-]+`, such as `acme/strict-v3`.
    public var id: String
    /// The ids of the maps that the policy is for; at least one.
    public var tokenizers: [String]
    /// At least one.
    public var categories: [Category]
    public var classifier: Classifier
    public var categoryRegistry: String?
    public var rulesSummary: RulesSummary?
    public var clientHooks: ClientHooks?
    /// A time as RFC 3339 writes it; not checked.
    public var publishedAt: String?
    public var publisher: Publisher?

    public init(id: String, tokenizers: [String], categories: [Category], classifier: Classifier) {
        self.id = id
        self.tokenizers = tokenizers
        self.categories = categories
        self.classifier = classifier
    }

    /// The hash of the canonical bytes: what `Codec-Safety-Policy-Hash` names.
    public var hash: ContentHash { ContentHash(of: canonicalBytes()) }

    /// Checks what the fields may be.
    /// - Throws: `invalidField` with the field's name.
    public func validate() throws(MapError) {
        guard MapDocument.isValidID(id) else { throw MapDocument.invalidID }
        guard !tokenizers.isEmpty else { throw Self.invalid("tokenizers", "is empty") }
        for (index, tokenizer) in tokenizers.enumerated() where !MapDocument.isValidID(tokenizer) {
            throw Self.invalid("tokenizers[\(index)]", "is no id of a map")
        }
        guard !categories.isEmpty else { throw Self.invalid("categories", "is empty") }
        for (index, category) in categories.enumerated() where !Self.isCategoryName(category.name) {
            throw Self.invalid("categories[\(index)].name", "must be made of a-z 0-9 _ -")
        }
        guard !classifier.family.isEmpty else { throw Self.invalid("classifier.family", "is empty") }
    }

    private static func invalid(_ field: String, _ reason: String) -> MapError {
        MapError(.invalidField, field: field, reason)
    }

    private static func isCategoryName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }
}
