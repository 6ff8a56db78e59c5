internal import CodecEngines

/// What an upstream says to a stranger's first question: which models it has.
package enum UpstreamProbe: Sendable, Equatable {
    case lists([String])
    /// It is there, but has no list of models.
    case answers
    case refusesKey(String)
    case fails(String)

    package static func run(_ upstream: GatewayConfiguration.Upstream) async -> UpstreamProbe {
        do throws(EngineError) {
            let connection = try UpstreamConnection(upstream.connection())
            let probe = await ask(connection)
            await connection.shutdown()
            return probe
        } catch {
            return .fails(error.message)
        }
    }

    private static func ask(_ connection: UpstreamConnection) async -> UpstreamProbe {
        do throws(EngineError) {
            let answer = try await connection.send(UpstreamRequest(.api("models")))
            if [404, 405, 501].contains(answer.status) { return .answers }
            let document = try await answer.document()
            guard let list = ListedModel.list(document) else { return .answers }
            return .lists(list.map(\.name))
        } catch {
            return error.code == .upstreamUnauthorized ? .refusesKey(error.message) : .fails(error.message)
        }
    }
}
