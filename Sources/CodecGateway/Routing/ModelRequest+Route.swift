internal import CodecAPI
internal import CodecMaps

extension ModelRequest {
    /// The request as an upstream is asked: with its own name of the model.
    func `for`(_ deployment: Deployment) -> ModelRequest {
        var request = self
        request.model = deployment.model ?? model ?? deployment.upstream.configuration.models.first
        return request
    }

    /// What it does not say is taken from a model's defaults; also in the form in which it came.
    func with(_ defaults: GatewayConfiguration.Model.Defaults) -> ModelRequest {
        var request = self
        if maxTokens == nil, let limit = defaults.maxTokens {
            request.maxTokens = limit
            let field = original?.dialect == .responses ? "max_output_tokens" : "max_tokens"
            request.original?.body.setDefault(field, .integer(limit))
        }
        if sampling.temperature == nil, let temperature = defaults.temperature {
            request.sampling.temperature = temperature
            request.original?.body.setDefault("temperature", .number("\(temperature)"))
        }
        if sampling.topP == nil, let topP = defaults.topP {
            request.sampling.topP = topP
            request.original?.body.setDefault("top_p", .number("\(topP)"))
        }
        return request
    }
}

extension JSONValue {
    /// Adds a member to an object that has none of this name, or null.
    fileprivate mutating func setDefault(_ name: String, _ value: JSONValue) {
        guard case .object(var members) = self, self[name] == nil else { return }
        members.removeAll { $0.name == name }
        members.append(Member(name: name, value: value))
        self = .object(members)
    }
}
