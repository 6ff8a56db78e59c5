internal import Hummingbird
internal import Logging

/// What goes with a request on its way through the server.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let trace = RequestTrace()

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
