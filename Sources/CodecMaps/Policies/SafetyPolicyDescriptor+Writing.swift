extension SafetyPolicyDescriptor {
    /// The descriptor as it is hashed and published: indented by two spaces, one fixed order of keys, one newline at
    /// the end. Blocks that say nothing are left out.
    public func canonicalBytes() -> [UInt8] {
        var json = JSONWriter(indentation: 2)
        json.object { json in
            json.member("id", id)
            json.member("version", Self.version)
            json.member("tokenizers", tokenizers)
            json.key("categories")
            json.array { json in
                for category in categories {
                    json.object { json in
                        json.member("name", category.name)
                        json.member("action", category.action.rawValue)
                        json.member("description", category.description)
                    }
                }
            }
            json.key("classifier")
            json.object { json in
                json.member("family", classifier.family)
                json.member("host", classifier.host?.rawValue)
                json.member("requires_engine_features", classifier.requiredEngineFeatures?.map(\.rawValue))
            }
            json.member("category_registry", categoryRegistry)
            if let rulesSummary, rulesSummary != .init() {
                json.key("rules_summary")
                json.object { json in
                    for name in RulesSummary.Name.allCases {
                        guard let count = rulesSummary[keyPath: name.count] else { continue }
                        json.key(name.rawValue)
                        json.number(count)
                    }
                }
            }
            if let clientHooks, clientHooks != .init() {
                json.key("client_hooks")
                json.object { json in
                    json.member("prefilter_categories", clientHooks.prefilterCategories)
                    json.member("client_classifier_family", clientHooks.classifierFamily)
                }
            }
            json.member("published_at", publishedAt)
            if let publisher, publisher != .init() {
                json.key("publisher")
                json.object { json in
                    json.member("name", publisher.name)
                    json.member("url", publisher.url)
                    json.member("contact", publisher.contact)
                }
            }
        }
        json.newline()
        return json.bytes
    }
}

extension SafetyPolicyDescriptor.RulesSummary {
    /// The members, in the order in which they are written.
    enum Name: String, CaseIterable {
        case bannedTokenIDs = "banned_token_id_count"
        case regexPatterns = "regex_pattern_count"
        case grammarConstraints = "grammar_constraint_count"
        case multiTokenPatterns = "multi_token_pattern_count"

        var count: WritableKeyPath<SafetyPolicyDescriptor.RulesSummary, UInt64?> {
            switch self {
            case .bannedTokenIDs: \.bannedTokenIDs
            case .regexPatterns: \.regexPatterns
            case .grammarConstraints: \.grammarConstraints
            case .multiTokenPatterns: \.multiTokenPatterns
            }
        }
    }
}
