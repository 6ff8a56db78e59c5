import CodecAPI
import CodecEngines
import CodecGateway
import CodecMaps
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import Testing

@testable import CodecServer

@Suite struct ResponsesRouteTests {
    private func withModel<Value>(
        _ model: PlayedModel, store: ResponseStore?, keys: CallerKeys? = nil,
        _ body: @Sendable (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        var configuration = CodecServer.Configuration()
        configuration.responses = store
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let models = ModelRegistry([ServedModel(name: "m", created: 1, engine: model)])
        return try await CodecServer(models: models, keys: keys, configuration: configuration, logger: logger)
            .makeApplication().test(.router, body)
    }

    private func texts(_ request: ModelRequest?) -> [String] {
        guard case .messages(let messages)? = request?.input else { return [] }
        return messages.map(\.text)
    }

    @Test func aResponseIsKeptAndContinued() async throws {
        let model = PlayedModel(answering: "Blue.")
        try await withModel(model, store: try ResponseStore(.memory)) { client in
            let first = try await client.post("/v1/responses", #"{"input":"Colour?"}"#)
            #expect(first.status == .ok)
            let document = try first.json()
            let id = try #require(document["id"]?.string)
            #expect(document["output"]?[0]?["content"]?[0]?["text"]?.string == "Blue.")
            #expect(document["model"]?.string == "m")
            let kept = try await client.get("/v1/responses/\(id)")
            #expect(kept.bytes == first.bytes)
            let second = try await client.post(
                "/v1/responses", #"{"input":"Another?","stream":true,"previous_response_id":"\#(id)"}"#)
            #expect(second.text.contains("event: response.completed\n"))
            #expect(texts(model.requests.last) == ["Colour?", "Blue.", "Another?"])
            // By their ids, items can be named without the response that they belong to.
            let item = try #require(document["output"]?[0]?["id"]?.string)
            _ = try await client.post(
                "/v1/responses",
                #"{"input":[{"type":"item_reference","id":"\#(item)"},{"role":"user","content":"Why?"}]}"#)
            #expect(texts(model.requests.last) == ["Blue.", "Why?"])
            let items = try await client.get("/v1/responses/\(id)/input_items").json()
            #expect(items["data"]?[0]?["content"]?[0]?["text"]?.string == "Colour?")
            #expect(items["has_more"]?.bool == false)
            let deleted = try await client.execute(uri: "/v1/responses/\(id)", method: .delete)
            #expect(try deleted.json()["deleted"]?.bool == true)
            #expect(try await client.get("/v1/responses/\(id)").status == .notFound)
            let orphan = try await client.post(
                "/v1/responses", #"{"input":"x","previous_response_id":"\#(id)"}"#)
            #expect(orphan.status == .badRequest)
            #expect(try orphan.json()["error"]?["code"]?.string == "previous_response_not_found")
        }
    }

    @Test func aStreamedResponseIsKeptBeforeItsEnd() async throws {
        let store = try ResponseStore(.memory)
        try await withModel(PlayedModel(answering: "Blue."), store: store) { client in
            let stream = try await client.post("/v1/responses", #"{"input":"x","stream":true}"#)
            #expect(try await store.total().count == 1)
            let last = try #require(stream.text.split(separator: "data: ").last)
            let response = try #require(JSONValue(parsing: Array(last.utf8.dropLast(2)))["response"])
            let id = try #require(response["id"]?.string)
            #expect(try await client.get("/v1/responses/\(id)").json() == response)
        }
    }

    @Test func whatIsNotToBeKeptIsNot() async throws {
        let store = try ResponseStore(.memory)
        try await withModel(PlayedModel(answering: "Blue."), store: store) { client in
            let answer = try await client.post("/v1/responses", #"{"input":"x","store":false}"#)
            #expect(try answer.json()["store"]?.bool == false)
            #expect(try await store.total().count == 0)
        }
        try await withModel(PlayedModel(answering: "Blue."), store: nil) { client in
            let answer = try await client.post("/v1/responses", #"{"input":"x","store":true}"#)
            #expect(try answer.json()["store"]?.bool == false)
            #expect(answer.headers[HTTPField.Name("Codec-Degraded") ?? .contentType] == "ignored-store")
            let background = try await client.post("/v1/responses", #"{"input":"x","background":true}"#)
            #expect(background.status == .badRequest)
            #expect(try await client.get("/v1/responses/resp_1").status == .notFound)
        }
    }

    @Test func aFailureInTheStreamIsToldAndKept() async throws {
        let store = try ResponseStore(.memory)
        let model = PlayedModel([
            .events([.text("Bl")]), .fail(EngineError(.rateLimited, "Slow down.", retryAfter: 7)),
        ])
        try await withModel(model, store: store) { client in
            let stream = try await client.post("/v1/responses", #"{"input":"x","stream":true}"#)
            #expect(stream.status == .ok)
            let last = try #require(stream.text.split(separator: "data: ").last)
            let event = try JSONValue(parsing: Array(last.utf8.dropLast(2)))
            #expect(event["type"]?.string == "response.failed")
            let error = try #require(event["response"]?["error"])
            #expect(error["code"]?.string == "rate_limit_exceeded")
            #expect(error["message"]?.string == "Slow down. Please try again in 7s.")
            let id = try #require(event["response"]?["id"]?.string)
            #expect(try await client.get("/v1/responses/\(id)").json()["status"]?.string == "failed")
        }
    }

    @Test func inTheBackground() async throws {
        let gate = Gate()
        let model = PlayedModel([
            .events([.text("Bl")]), .wait(gate), .events([.text("ue.")]), .events([.finish(.stop)]),
        ])
        let store = try ResponseStore(.memory)
        try await withModel(model, store: store) { client in
            let first = try await client.post("/v1/responses", #"{"input":"x","background":true}"#).json()
            #expect(first["status"]?.string == "in_progress" && first["background"]?.bool == true)
            let id = try #require(first["id"]?.string)
            #expect(try await client.get("/v1/responses/\(id)").json()["status"]?.string == "in_progress")
            #expect(try await client.get("/v1/responses/\(id)/input_items").json()["data"]?.array?.count == 1)
            // Who reads its events while it is made gets the rest when it comes.
            async let live = client.get("/v1/responses/\(id)?stream=true")
            gate.open()
            let events = try await live.text
            #expect(
                events.hasPrefix("event: response.created\n")
                    && events.contains("event: response.completed\n"))
            // The same events, from any number on, once it is kept.
            while try await store.total().count == 0 { await Task.yield() }
            #expect(try await client.get("/v1/responses/\(id)?stream=true").text == events)
            let rest = try await client.get("/v1/responses/\(id)?stream=true&starting_after=1").text
            #expect(events.hasSuffix(rest) && rest.hasPrefix("event: response.output_item.added\n"))
            #expect(
                try await client.get("/v1/responses/\(id)?stream=true&starting_after=x").status == .badRequest
            )
        }
    }

    @Test func theBackgroundCounts() async throws {
        var keys = CallerKeys()
        var (text, key) = CallerKey.make(name: "ann")
        key.isAdmin = true
        try keys.add(key)
        let ann: HTTPFields = [.authorization: "Bearer \(text)"]
        let store = try ResponseStore(.memory)
        try await withModel(PlayedModel(answering: "Blue."), store: store, keys: keys) { client in
            let body = #"{"input":"x","background":true,"tools":[{"type":"web_search"}]}"#
            let first = try await client.post("/v1/responses", body, headers: ann).json()
            let id = try #require(first["id"]?.string)
            try await eventually("the response is kept") { try await store.total().count == 1 }
            let kept = try await client.get("/v1/responses/\(id)", headers: ann)
            #expect(kept.headers[.codecDegraded] == "ignored-tools.web_search")
            let metrics = try await client.get("/metrics", headers: ann).text
            for line in [
                #"codec_completion_tokens_total{model="m"} 2"#, #"codec_caller_tokens_total{key="ann"} 5"#,
            ] {
                #expect(metrics.contains(line), "\(metrics)")
            }
        }
    }

    @Test func callersHaveTheirOwnResponses() async throws {
        var keys = CallerKeys()
        var callers: [HTTPFields] = []
        for name in ["ann", "bob"] {
            let (text, key) = CallerKey.make(name: name)
            try keys.add(key)
            callers.append([.authorization: "Bearer \(text)"])
        }
        let (ann, bob) = (callers[0], callers[1])
        let store = try ResponseStore(.memory)
        let hanging = PlayedModel([.events([.text("Bl")]), .hang])
        for (model, body) in [
            (PlayedModel(answering: "Blue."), #"{"input":"x"}"#),
            (hanging, #"{"input":"x","background":true}"#),
        ] {
            try await withModel(model, store: store, keys: keys) { client in
                let made = try await client.post("/v1/responses", body, headers: ann).json()
                let id = try #require(made["id"]?.string)
                let path = "/v1/responses/\(id)"
                for hidden in ["", "?stream=true", "/input_items"] {
                    #expect(try await client.get(path + hidden, headers: bob).status == .notFound)
                }
                #expect(try await client.post("\(path)/cancel", "", headers: bob).status == .notFound)
                #expect(
                    try await client.execute(uri: path, method: .delete, headers: bob).status == .notFound)
                let next = #"{"input":"y","previous_response_id":"\#(id)"}"#
                #expect(try await client.post("/v1/responses", next, headers: bob).status == .badRequest)
                #expect(try await client.get(path, headers: ann).json()["id"]?.string == id)
                #expect(try await client.execute(uri: path, method: .delete, headers: ann).status == .ok)
            }
        }
    }

    @Test func whatGoesOnInTheBackgroundIsCalledOff() async throws {
        let store = try ResponseStore(.memory)
        try await withModel(PlayedModel([.events([.text("Bl")]), .hang]), store: store) { client in
            let first = try await client.post("/v1/responses", #"{"input":"x","background":true}"#).json()
            let id = try #require(first["id"]?.string)
            let cancelled = try await client.post("/v1/responses/\(id)/cancel", "").json()
            #expect(cancelled["status"]?.string == "cancelled")
            #expect(try await client.get("/v1/responses/\(id)").json() == cancelled)
            #expect(try await client.post("/v1/responses/\(id)/cancel", "").json() == cancelled)
            let whole = try await client.post("/v1/responses", #"{"input":"x","background":true}"#).json()
            let other = try #require(whole["id"]?.string)
            #expect(try await client.execute(uri: "/v1/responses/\(other)", method: .delete).status == .ok)
            #expect(try await client.get("/v1/responses/\(other)").status == .notFound)
        }
    }

    @Test func onlyTheBackgroundIsCancelled() async throws {
        try await withModel(PlayedModel(answering: "x"), store: try ResponseStore(.memory)) { client in
            let id = try await client.post("/v1/responses", #"{"input":"x"}"#).json()["id"]?.string ?? ""
            #expect(try await client.post("/v1/responses/\(id)/cancel", "").status == .badRequest)
            #expect(try await client.get("/v1/responses/\(id)?stream=true").status == .badRequest)
            #expect(try await client.post("/v1/responses/resp_0/cancel", "").status == .notFound)
        }
    }

    @Test func pagesOfItems() async throws {
        try await withModel(PlayedModel(answering: "x"), store: try ResponseStore(.memory)) { client in
            let items = (0..<5).map { #"{"role":"user","content":"\#($0)"}"# }.joined(separator: ",")
            let id =
                try await client.post("/v1/responses", #"{"input":[\#(items)]}"#).json()["id"]?.string ?? ""
            let path = "/v1/responses/\(id)/input_items"
            let newest = try await client.get(path + "?limit=2").json()
            #expect(newest["data"]?.array?.map { $0["content"]?.string } == ["4", "3"])
            #expect(newest["has_more"]?.bool == true)
            let after = newest["last_id"]?.string ?? ""
            let rest = try await client.get(path + "?after=\(after)").json()
            #expect(rest["data"]?.array?.map { $0["content"]?.string } == ["2", "1", "0"])
            let oldest = try await client.get(path + "?limit=1&order=asc").json()
            #expect(oldest["data"]?.array?.map { $0["content"]?.string } == ["0"])
            for query in ["limit=0", "limit=101", "limit=x", "order=up", "after=none"] {
                #expect(try await client.get(path + "?" + query).status == .badRequest, "\(query)")
            }
        }
    }

    @Test func tokensAreCounted() async throws {
        try await withModel(PlayedModel(answering: "x"), store: nil) { client in
            let counted = try await client.post("/v1/responses/input_tokens", #"{"input":"x"}"#).json()
            #expect(counted["input_tokens"] == .integer(42))
        }
    }

    @Test func methodsAndWebSockets() async throws {
        try await withModel(PlayedModel(answering: "x"), store: nil) { client async throws in
            #expect(try await client.get("/v1/responses").status == .methodNotAllowed)
            #expect(
                try await client.get("/v1/responses", headers: [.upgrade: "websocket"]).status
                    == .upgradeRequired)
            #expect(try await client.post("/v1/responses/resp_1", "{}").status == .methodNotAllowed)
            #expect(try await client.get("/v1/responses/resp_1/cancel").status == .methodNotAllowed)
        }
    }
}
