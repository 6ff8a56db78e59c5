import CodecGateway
import Testing

@Suite("Configuration files")
struct ConfigurationFileTests {
    private static let environment = ["VLLM_KEY": "secret-1", "EMPTY": "", "BROKEN": "a\nb"]

    private static func read(_ text: String, folder: String? = nil) throws(ConfigurationError)
        -> GatewayConfiguration
    {
        try GatewayConfiguration(
            yaml: Array(text.utf8), source: "g.yaml", folder: folder, environment: environment)
    }

    /// The places and messages of all mistakes, a line each.
    private static func mistakes(_ text: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try read(text)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test("a file with every key")
    func everything() throws {
        let configuration = try Self.read(
            """
            upstreams:
              - name: gpu-1
                kind: vllm
                url: http://10.0.0.1:8000
                key_env: VLLM_KEY
                map: maps/qwen.json
                chat_template: qwen.jinja
                headers: {X-Team: search}
                timeouts: {connect: 2, first_byte: 90s, idle: 500ms, total: 1h}
                limits: {requests: 8, waiting: 4, wait: 2.5}
                weight: 3
                priority: 1
                models: [qwen3, "7"]
                health: {path: /health, interval: 5s}
              - name: box
                kind: llama
                url: https://box.example/llm/v1
                map: https://maps.example/m.json#sha256:00
                inexact_ids: true
            models:
              - name: qwen
                aliases: [fast, gpt-4o-mini]
                map: /abs/map.json
                defaults: {max_tokens: 512, temperature: 0.5, top_p: 0.9}
                upstreams:
                  - {upstream: gpu-1, model: qwen3, weight: 2, priority: 0}
                  - box
            routing:
              policy: prefix
              attempts: 4
              eject: {after: 2, for: 1s, at_most: 30s}
            keys: keys.json
            store: responses.sqlite
            limits: {connections: 20, body_bytes: 1000}
            """, folder: "/etc/codec/")
        var first = GatewayConfiguration.Upstream(name: "gpu-1", kind: .vllm, url: "http://10.0.0.1:8000")
        first.key = Secret("secret-1")
        first.map = "/etc/codec/maps/qwen.json"
        first.chatTemplate = "/etc/codec/qwen.jinja"
        first.headers = [.init(name: "X-Team", value: Secret("search"))]
        first.timeouts.connect = .seconds(2)
        first.timeouts.firstByte = .seconds(90)
        first.timeouts.idle = .milliseconds(500)
        first.timeouts.total = .seconds(3600)
        first.limits.requests = 8
        first.limits.waiting = 4
        first.limits.wait = .milliseconds(2500)
        first.weight = 3
        first.priority = 1
        first.models = ["qwen3", "7"]
        first.health = .init(path: "/health", interval: .seconds(5))
        var second = GatewayConfiguration.Upstream(
            name: "box", kind: .llama, url: "https://box.example/llm/v1")
        second.map = "https://maps.example/m.json#sha256:00"
        second.allowsInexactIDs = true
        var model = GatewayConfiguration.Model(
            name: "qwen",
            targets: [
                .init(upstream: "gpu-1", model: "qwen3", weight: 2, priority: 0), .init(upstream: "box"),
            ])
        model.aliases = ["fast", "gpt-4o-mini"]
        model.map = "/abs/map.json"
        model.defaults.maxTokens = 512
        model.defaults.temperature = 0.5
        model.defaults.topP = 0.9
        var expected = GatewayConfiguration(upstreams: [first, second], models: [model])
        expected.routing.policy = .prefix
        expected.routing.attempts = 4
        expected.routing.ejectAfter = 2
        expected.routing.ejectFor = .seconds(1)
        expected.routing.ejectAtMost = .seconds(30)
        expected.keysFile = "/etc/codec/keys.json"
        expected.store = .file("/etc/codec/responses.sqlite")
        expected.maximumConnections = 20
        expected.requestBodyLimit = 1000
        #expect(configuration == expected)
    }

    @Test(
        "each mistake has its place",
        arguments: [
            ("", "g.yaml: the file is empty"),
            ("[]", "g.yaml:1:1: the file must be a mapping of keys to values, not a list"),
            ("upstreams: []", "g.yaml:1:1: upstreams must list at least one upstream"),
            ("upstreams: 3", "g.yaml:1:12: upstreams must be a list, not a single value"),
            ("a: [", "g.yaml:2:1: this is no YAML: did not find expected node content"),
            ("a: 1\na: 2", "g.yaml:1:1: keys occur twice: a"),
            ("\tx: 1", "g.yaml:1:1: this is no YAML: found character that cannot start any token"),
        ])
    func mistakesOfTheWhole(text: String, first: String) {
        #expect(Self.mistakes(text).first == first)
    }

    @Test(
        "each mistake in an upstream has its place",
        arguments: [
            ("nmae: b", "1:54: upstreams[0].nmae is not known"),
            ("weight: 0", "1:62: upstreams[0].weight must be a whole number from 1 to 10000, not \"0\""),
            ("weight: '2'", "1:62: upstreams[0].weight must be a whole number"),
            ("priority: -1", "1:64: upstreams[0].priority must be a whole number from 0 to 1000"),
            ("models: a", "1:62: upstreams[0].models must be a list, not a single value"),
            ("models: [[]]", "1:63: upstreams[0].models[0] must be a text, not a list"),
            ("key_env: NONE", "1:63: upstreams[0].key_env: the environment has no variable NONE"),
            ("key_env: EMPTY", "1:63: upstreams[0].key_env: the environment has no variable EMPTY"),
            ("key_env: BROKEN", "1:63: upstreams[0].key_env: the variable BROKEN holds what no header can"),
            ("headers: {Host: a}", "1:64: upstreams[0].headers: \"Host\" cannot be set"),
            ("headers: {'a b': c}", "1:64: upstreams[0].headers: \"a b\" cannot be set"),
            ("headers: {A: \"x\\ny\"}", "1:67: upstreams[0].headers.A must not hold control characters"),
            ("timeouts: {idle: 0}", "1:71: upstreams[0].timeouts.idle must be a time like"),
            ("timeouts: {idle: 1d}", "1:71: upstreams[0].timeouts.idle must be a time like"),
            ("timeouts: {idle: 1e99}", "1:71: upstreams[0].timeouts.idle must be a time like"),
            ("inexact_ids: yes", "1:67: upstreams[0].inexact_ids must be true or false, not \"yes\""),
            ("inexact_ids: true", "1:67: upstreams[0].inexact_ids is for the kind llama"),
            ("health: {}", "1:62: upstreams[0].health needs path"),
            ("health: {path: x}", "1:69: upstreams[0].health.path must begin with /"),
        ])
    func mistakesOfUpstreams(keys: String, start: String) {
        let text = "upstreams: [{name: a, kind: openai, url: 'http://h', \(keys)}]"
        let found = Self.mistakes(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("g.yaml:\(start)") == true, "\(found)")
    }

    @Test(
        "addresses",
        arguments: [
            ("http://127.0.0.1:8001", true), ("https://h.example/openai/v1?api-version=2", true),
            ("http://[::1]:80", true), ("ftp://h", false), ("h:80", false), ("http://", false),
            ("http://h:", false),
            ("http://u:p@h", false), ("http://h#a", false), ("http://h:0", false), ("http://h:70000", false),
        ])
    func addresses(url: String, isGood: Bool) {
        let text = "upstreams: [{name: a, kind: openai, url: '\(url)'}]"
        #expect(Self.mistakes(text).isEmpty == isGood)
        #expect(!Self.mistakes(text).joined().contains("u:p"))
    }

    @Test("all mistakes come at once, in the order of the file")
    func allAtOnce() {
        let found = Self.mistakes(
            """
            upstreams:
              - {name: a, kind: nope, url: 'http://h'}
              - {name: b, kind: vllm, url: 'http://h'}
              - {name: b, kind: vllm, url: 'http://h'}
              - {kind: vllm, url: 'http://h'}
            models:
              - {name: m, upstreams: [b, c], aliases: [x]}
              - {name: x, upstreams: [{upstream: b, weigth: 2}]}
              - {name: y}
            routing: {policy: random}
            keyz: 1
            """)
        let starts = [
            "g.yaml:2:21: upstreams[0].kind must be one of vllm, sglang, llama, codec, openai, anthropic",
            "g.yaml:4:12: upstreams[2].name: there is an upstream \"b\" already",
            "g.yaml:5:5: upstreams[3] needs name",
            "g.yaml:7:30: models[0].upstreams[1]: there is no upstream \"c\"; there are: b",
            "g.yaml:8:12: models[1]: there is a model \"x\" already",
            "g.yaml:8:41: models[1].upstreams[0].weigth is not known",
            "g.yaml:9:5: models[2] needs upstreams",
            "g.yaml:10:19: routing.policy must be one of least-busy, weighted, prefix, not \"random\"",
            "g.yaml:11:1: keyz is not known",
        ]
        #expect(found.count == starts.count, "\(found.joined(separator: "\n"))")
        for (line, start) in zip(found, starts) { #expect(line.hasPrefix(start), "\(line)") }
    }

    @Test("a model that an upstream's own list does not have")
    func unlistedModel() {
        let found = Self.mistakes(
            """
            upstreams: [{name: a, kind: vllm, url: 'http://h', models: [one]}]
            models: [{name: m, upstreams: [{upstream: a, model: two}]}]
            """)
        #expect(found == ["g.yaml:2:32: models[0].upstreams[0]: the upstream \"a\" lists no model \"two\""])
    }

    @Test("a nest of aliases, a huge file and bytes that are no text are refused")
    func bombs() throws {
        var bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        for level in 1...20 {
            bomb +=
                "a\(level): &a\(level) ["
                + [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ",") + "]\n"
        }
        #expect(Self.mistakes(bomb) == ["g.yaml: the file repeats more than 16 parts by *name"])
        #expect(
            Self.mistakes(bomb + "? *a20\n: x") == ["g.yaml: the file repeats more than 16 parts by *name"])
        let huge = [UInt8](repeating: 0x20, count: GatewayConfiguration.maximumBytes + 1)
        #expect(throws: ConfigurationError.self) {
            try GatewayConfiguration(yaml: huge, source: "g", environment: [:])
        }
        #expect(throws: ConfigurationError.self) {
            try GatewayConfiguration(yaml: [0x61, 0xFF], source: "g", environment: [:])
        }
        #expect(Self.mistakes(String(repeating: "[", count: 100_000)).count == 1)
    }

    @Test("parts may be repeated by aliases")
    func aliases() throws {
        let configuration = try Self.read(
            """
            upstreams:
              - {name: a, kind: vllm, url: 'http://h', limits: &limits {requests: 2}}
              - {name: b, kind: vllm, url: 'http://i', limits: *limits}
            """)
        #expect(configuration.upstreams.map(\.limits.requests) == [2, 2])
    }

    @Test("no mistake shows a key's value, nor does a description")
    func secrets() throws {
        let configuration = try Self.read(
            "upstreams: [{name: a, kind: vllm, url: 'http://h', key_env: VLLM_KEY, headers: {A: secret-2}}]")
        #expect(!"\(configuration)".contains("secret-"))
        #expect(!String(reflecting: configuration).contains("secret-"))
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("secret-"))
    }

    @Test("what is served follows from the upstreams where no models are configured")
    func served() throws {
        let configuration = try Self.read(
            """
            upstreams:
              - {name: a, kind: vllm, url: 'http://h', models: [m, n]}
              - {name: b, kind: vllm, url: 'http://h', models: [m]}
              - {name: c, kind: openai, url: 'http://h'}
            """)
        let served = configuration.servedModels.map { "\($0.name): \($0.targets.map(\.upstream))" }
        #expect(served == [#"m: ["a", "b"]"#, #"n: ["a"]"#, #"*: ["c"]"#])
    }

    @Test("flags give the same as a file")
    func flags() throws {
        let flags = try GatewayConfiguration(
            flags: ["openai=http://h/v1", "openai=https://i"], model: "m", keyVariable: "VLLM_KEY",
            map: "m.json", environment: Self.environment)
        let file = try Self.read(
            """
            upstreams:
              - {name: openai, kind: openai, url: http://h/v1, key_env: VLLM_KEY, map: m.json, models: [m]}
              - {name: openai-2, kind: openai, url: https://i, key_env: VLLM_KEY, map: m.json, models: [m]}
            """)
        #expect(flags == file)
    }

    @Test("flags that say nothing sensible", arguments: ["http://h", "nope=http://h", "openai=h", "openai="])
    func wrongFlags(flag: String) {
        #expect(throws: ConfigurationError.self) {
            try GatewayConfiguration(flags: [flag], environment: [:])
        }
    }
}
