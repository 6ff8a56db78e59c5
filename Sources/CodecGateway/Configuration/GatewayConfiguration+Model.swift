extension GatewayConfiguration {
    /// A model as clients know it.
    public struct Model: Sendable, Equatable {
        /// The name that stands for every name that no other model has; the upstream is asked for what the client said.
        public static let anyName = "*"

        /// An upstream that has the model.
        public struct Target: Sendable, Equatable {
            /// The upstream's name.
            public var upstream: String
            /// What the upstream calls the model; nil = as the client does.
            public var model: String?
            /// nil = the upstream's own.
            public var weight: Int?
            /// nil = the upstream's own.
            public var priority: Int?

            public init(upstream: String, model: String? = nil, weight: Int? = nil, priority: Int? = nil) {
                self.upstream = upstream
                self.model = model
                self.weight = weight
                self.priority = priority
            }
        }

        /// What a request has that does not say.
        public struct Defaults: Sendable, Equatable {
            public var maxTokens: Int?
            public var temperature: Double?
            public var topP: Double?

            public init() {}
        }

        public var name: String
        /// Other names for it.
        public var aliases: [String] = []
        public var targets: [Target]
        /// Where the map of its vocabulary is; nil = the upstreams'.
        public var map: String?
        public var defaults = Defaults()

        public init(name: String, targets: [Target]) {
            self.name = name
            self.targets = targets
        }
    }
}

extension GatewayConfiguration {
    /// The models that are served: those that are configured, or what follows from the upstreams where none are.
    package var servedModels: [Model] {
        guard models.isEmpty else { return models }
        var served: [Model] = []
        for upstream in upstreams {
            let target = Model.Target(upstream: upstream.name)
            for name in upstream.models.isEmpty ? [Model.anyName] : upstream.models {
                if let index = served.firstIndex(where: { $0.name == name }) {
                    served[index].targets.append(target)
                } else {
                    served.append(Model(name: name, targets: [target]))
                }
            }
        }
        return served
    }
}
