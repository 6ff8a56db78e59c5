public import CodecCompression

extension SafetyPolicyDescriptor {
    /// Reads and validates a descriptor. Fields that are not known are refused: a descriptor must not publish what
    /// the policy is made of.
    /// - Parameter hash: that of the bytes, where it is known.
    /// - Throws: `hashMismatch`, `malformed`, `invalidField` or `tooLarge`, with field and byte offset where there
    ///   are any.
    public init(parsing bytes: [UInt8], expecting hash: ContentHash? = nil) throws(MapError) {
        if let hash, bytes.count <= Self.maximumBytes {
            let actual = ContentHash(of: bytes)
            guard actual == hash else {
                throw MapError(.hashMismatch, "the policy's hash is \(actual), expected \(hash)")
            }
        }
        self = try MapFieldReader.read(bytes, upTo: Self.maximumBytes) { (reader) throws(MapError) in
            try reader.safetyPolicy()
        }
        try validate()
    }
}

/// What stands at the path of a safety policy's id: the descriptor, or a pointer to it.
public enum SafetyPolicyAnswer: Sendable, Equatable {
    case inline(SafetyPolicyDescriptor)
    case pointer(DocumentPointer)

    /// - Throws: `malformed`, `invalidField` or `tooLarge` when the bytes are neither.
    public init(parsing bytes: [UInt8]) throws(MapError) {
        var isPointer = bytes.count <= DocumentPointer.maximumBytes
        if isPointer { isPointer = try !MapFieldReader.isObject(bytes, withAnyOf: ["categories"]) }
        self =
            isPointer
            ? .pointer(try DocumentPointer(parsing: bytes))
            : .inline(try SafetyPolicyDescriptor(parsing: bytes))
    }
}

extension MapFieldReader {
    fileprivate mutating func safetyPolicy() throws(MapError) -> SafetyPolicyDescriptor {
        enum Name: String {
            case id, version, tokenizers, categories, classifier, publisher
            case categoryRegistry = "category_registry"
            case rulesSummary = "rules_summary"
            case clientHooks = "client_hooks"
            case publishedAt = "published_at"
        }
        var (id, version): (String?, String?)
        var tokenizers: [String]?
        var categories: [SafetyPolicyDescriptor.Category]?
        var classifier: SafetyPolicyDescriptor.Classifier?
        var optional = SafetyPolicyDescriptor(
            id: "", tokenizers: [], categories: [], classifier: .init(family: ""))
        try fields(of: nil, unknown: .refused) { (reader, name: Name, field) throws(MapError) in
            switch name {
            case .id: id = try reader.string(field)
            case .version:
                version = try reader.string(field)
                guard version == SafetyPolicyDescriptor.version else {
                    throw reader.invalid(field, "must be \"\(SafetyPolicyDescriptor.version)\"")
                }
            case .tokenizers: tokenizers = try reader.strings(field)
            case .categories: categories = try reader.categories(field)
            case .classifier: classifier = try reader.classifier(field)
            case .categoryRegistry: optional.categoryRegistry = try reader.string(field)
            case .rulesSummary: optional.rulesSummary = try reader.rulesSummary(field)
            case .clientHooks: optional.clientHooks = try reader.clientHooks(field)
            case .publishedAt: optional.publishedAt = try reader.string(field)
            case .publisher: optional.publisher = try reader.publisher(field)
            }
        }
        optional.id = try required(id, Name.id.rawValue)
        _ = try required(version, Name.version.rawValue)
        optional.tokenizers = try required(tokenizers, Name.tokenizers.rawValue)
        optional.categories = try required(categories, Name.categories.rawValue)
        optional.classifier = try required(classifier, Name.classifier.rawValue)
        return optional
    }

    private mutating func categories(
        _ field: String
    ) throws(MapError) -> [SafetyPolicyDescriptor.Category] {
        enum Name: String {
            case name, action, description
        }
        var categories: [SafetyPolicyDescriptor.Category] = []
        try elements(of: field) { (reader, index) throws(MapError) in
            let element = "\(field)[\(index)]"
            var (name, description): (String?, String?)
            var action: SafetyPolicyDescriptor.Action?
            try reader.fields(of: element, unknown: .refused) {
                (reader, member: Name, field) throws(MapError) in
                switch member {
                case .name: name = try reader.string(field)
                case .action: action = try reader.choice(field)
                case .description: description = try reader.string(field)
                }
            }
            categories.append(
                .init(
                    name: try reader.required(name, "name", of: element),
                    action: try reader.required(action, "action", of: element), description: description))
        }
        return categories
    }

    private mutating func classifier(_ field: String) throws(MapError) -> SafetyPolicyDescriptor.Classifier {
        enum Name: String {
            case family, host
            case features = "requires_engine_features"
        }
        var family: String?
        var host: SafetyPolicyDescriptor.Classifier.Host?
        var features: [SafetyPolicyDescriptor.Classifier.EngineFeature]?
        try fields(of: field, unknown: .refused) { (reader, name: Name, field) throws(MapError) in
            switch name {
            case .family: family = try reader.string(field)
            case .host: host = try reader.choice(field)
            case .features:
                var all: [SafetyPolicyDescriptor.Classifier.EngineFeature] = []
                try reader.elements(of: field) { (reader, index) throws(MapError) in
                    all.append(try reader.choice("\(field)[\(index)]"))
                }
                features = all
            }
        }
        return .init(
            family: try required(family, "family", of: field), host: host, requiredEngineFeatures: features)
    }

    private mutating func rulesSummary(_ field: String) throws(MapError)
        -> SafetyPolicyDescriptor.RulesSummary
    {
        var summary = SafetyPolicyDescriptor.RulesSummary()
        try fields(of: field, unknown: .refused) {
            (reader, name: SafetyPolicyDescriptor.RulesSummary.Name, field) throws(MapError) in
            guard reader.token == .number, let count = reader.json.integer else {
                throw reader.invalid(field, "must be a whole number that is not negative")
            }
            summary[keyPath: name.count] = count
        }
        return summary
    }

    private mutating func clientHooks(_ field: String) throws(MapError) -> SafetyPolicyDescriptor.ClientHooks
    {
        enum Name: String {
            case categories = "prefilter_categories"
            case family = "client_classifier_family"
        }
        var hooks = SafetyPolicyDescriptor.ClientHooks()
        try fields(of: field, unknown: .refused) { (reader, name: Name, field) throws(MapError) in
            switch name {
            case .categories: hooks.prefilterCategories = try reader.strings(field)
            case .family: hooks.classifierFamily = try reader.string(field)
            }
        }
        return hooks
    }

    private mutating func publisher(_ field: String) throws(MapError) -> SafetyPolicyDescriptor.Publisher {
        enum Name: String {
            case name, url, contact
        }
        var publisher = SafetyPolicyDescriptor.Publisher()
        try fields(of: field, unknown: .refused) { (reader, name: Name, field) throws(MapError) in
            switch name {
            case .name: publisher.name = try reader.string(field)
            case .url: publisher.url = try reader.string(field)
            case .contact: publisher.contact = try reader.string(field)
            }
        }
        return publisher
    }
}
