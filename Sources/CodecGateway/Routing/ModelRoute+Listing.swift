package import CodecEngines
package import CodecMaps

// What upstreams tell of their models.

extension ModelRoute {
    /// Whether it stands for every name that no other model has.
    package var hasAnyName: Bool { name == GatewayConfiguration.Model.anyName }

    /// The model that a client asks for by a name, or, where it names none, the first that an upstream lists. Where several
    /// upstreams take any name, those that list this one are asked, or all when none does.
    /// - Throws: `invalidRequest` where no name can be found; why the upstreams do not tell.
    package func asked(as name: String?) async throws(EngineError) -> ModelRoute {
        guard hasAnyName else { return self }
        guard name != nil || deployments.contains(where: { $0.model == nil }) else {
            return named(deployments.first?.upstream.name ?? self.name, at: deployments)
        }
        guard name == nil || deployments.count > 1 else { return named(name ?? self.name, at: deployments) }
        let lists = await lists()
        var found = name
        var failure: EngineError?
        for list in lists where found == nil {
            switch list {
            case .success(let models): found = models.first?.name
            case .failure(let error): failure = failure ?? error
            }
        }
        guard let found else {
            throw failure
                ?? EngineError(
                    .invalidRequest, "'model' is missing, and no upstream lists one.", parameter: "model")
        }
        let having = zip(deployments, lists).filter { deployment, list in
            deployment.model != nil || (try? list.get())?.contains { $0.name == found } == true
        }
        return named(found, at: having.isEmpty ? deployments : having.map(\.0))
    }

    /// What clients may be told: the model, or the models of the upstreams where clients may use any name. Upstreams that
    /// cannot tell add nothing.
    package func listed() async -> [ListedModel] {
        guard hasAnyName else {
            var model = ListedModel(name: name)
            // Only Codec servers have something to add.
            for deployment in deployments where deployment.upstream.engines.map != nil {
                guard let known = try? await deployment.listed(as: name) else { continue }
                model.contextLength = known.contextLength
                model.map = known.map
                break
            }
            return [model]
        }
        var names: Set<String> = []
        return await lists().flatMap { (try? $0.get()) ?? [] }.filter { names.insert($0.name).inserted }
    }

    /// What each upstream lists, at the same time; nothing for one whose model is named already.
    private func lists() async -> [Result<[ListedModel], EngineError>] {
        await withTaskGroup(of: (Int, Result<[ListedModel], EngineError>).self) { tasks in
            var lists: [Result<[ListedModel], EngineError>] = deployments.map { _ in .success([]) }
            for (index, deployment) in deployments.enumerated() where deployment.model == nil {
                let configured = deployment.upstream.configuration.models
                guard configured.isEmpty else {
                    lists[index] = .success(configured.map { ListedModel(name: $0) })
                    continue
                }
                tasks.addTask {
                    do throws(EngineError) {
                        return (index, .success(try await deployment.upstream.catalog.models()))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for await (index, list) in tasks { lists[index] = list }
            return lists
        }
    }

    /// What gives the model's ids: with configured maps, or with those that the upstreams publish. Nil where nothing does.
    /// - Throws: why a map that an upstream names cannot be had.
    package func findTokens() async throws(EngineError) -> TokenRoute? {
        if let tokens = TokenRoute(self) { return tokens }
        var found: [Deployment] = []
        var failure: EngineError?
        for deployment in deployments {
            do throws(EngineError) {
                found.append(try await deployment.findingTokens(as: name))
            } catch {
                failure = failure ?? error
            }
        }
        if let tokens = TokenRoute(over(found)) { return tokens }
        if let failure { throw failure }
        return nil
    }

    /// The map of an id that an upstream publishes for this model.
    /// - Throws: why it cannot be had.
    package func map(id: String) async throws(EngineError) -> TokenizerMap? {
        for deployment in deployments {
            guard let find = deployment.upstream.engines.map,
                let models = try? await deployment.upstream.catalog.models()
            else { continue }
            let wanted = hasAnyName ? nil : deployment.model ?? name
            guard let map = models.first(where: { $0.map?.id == id && (wanted ?? $0.name) == $0.name })?.map
            else { continue }
            return try await find(map)
        }
        return nil
    }
}
