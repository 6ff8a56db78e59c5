import CodecCore

extension RegionCase {
    static let llama: [RegionCase] = [
        .init(
            .llama3, #"{"name": "get_weather", "parameters": {"city": "Berlin"}}"#,
            ("get_weather", #"{"city": "Berlin"}"#)),
        .init(
            .llama3, #"{"type": "function", "name": "get_time", "parameters": {"zone": "UTC"}}"#,
            ("get_time", #"{"zone": "UTC"}"#)),
        .init(
            .llama3, #"brave_search.call(query="weather in Berlin")"#,
            ("brave_search", #"{"query":"weather in Berlin"}"#)),
        .init(
            .llama3, #"wolfram_alpha.call(query="solve x^3 - 4x^2 = 0")"#,
            ("wolfram_alpha", #"{"query":"solve x^3 - 4x^2 = 0"}"#)),
        .init(
            .llama3, "[get_weather(city='San Francisco', metric='celsius'), get_time(zone='PST')]",
            ("get_weather", #"{"city":"San Francisco","metric":"celsius"}"#), ("get_time", #"{"zone":"PST"}"#)
        ),
        .init(
            .llama3, "get_user(id=7890, special=True, note=None,)",
            ("get_user", #"{"id":7890,"special":true,"note":null}"#)),
        .init(.llama3, "list_files()", ("list_files", "{}")),
        .init(.llama3, "f(x={'a': (1, 2), 'b': [.5, +1]})", ("f", #"{"x":{"a":[1,2],"b":[0.5,1]}}"#)),
        .init(.llama3, "f(a=1)\ng(b='it\\'s')", ("f", #"{"a":1}"#), ("g", #"{"b":"it's"}"#)),
        .init(.llama3, "import math\nprint(math.pi)", (nil, "import math\nprint(math.pi)")),
        .init(
            .llama3, #"<function=get_weather>{"city": "Paris"}</function>"#,
            ("get_weather", #"{"city": "Paris"}"#)),
        .init(
            .llama3, #"{"name": "a", "parameters": {}}; {"name": "b", "parameters": {"x": 1}}"#, ("a", "{}"),
            ("b", #"{"x": 1}"#)),
        .init(
            .llama3, #"{"name": "get_weather", "parameters": {"city": "Ber"#,
            ("get_weather", #"{"city":"Ber"}"#), complete: false),
        .init(.llama3, "get_weather(city='Ber", ("get_weather", #"{"city":"Ber"}"#), complete: false),
        .init(.llama3, #"{"name": "f", "parameters": {"x": "5", "y": 1e3,}}"#, ("f", #"{"x":"5","y":1e3}"#)),
    ]

    static let qwen: [RegionCase] = [
        .init(
            .qwen25, "\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Berlin\", \"days\": 3}}\n",
            ("get_weather", #"{"city": "Berlin", "days": 3}"#)),
        .init(
            .qwen25,
            "{\"name\": \"a\", \"arguments\": {}}\n{\"name\": \"b\", \"arguments\": {\"x\": [1, 2]}}",
            ("a", "{}"),
            ("b", #"{"x": [1, 2]}"#)),
        .init(
            .qwen25,
            #"{"name": "a", "arguments": {"x": 1}}</tool_call><tool_call>{"name": "b", "arguments": {}}"#,
            ("a", #"{"x": 1}"#), ("b", "{}")),
        .init(.qwen25, #"{"name": "f", "arguments": "{\"x\": 1}"}"#, ("f", #"{"x": 1}"#)),
        .init(.qwen25, #"{"name": "f", "arguments": "plain"}"#, ("f", #""plain""#)),
        .init(.qwen25, #"{"name": "f", "arguments": null}"#, ("f", "{}")),
        .init(.qwen25, #"{"name": "f"}"#, ("f", "{}")),
        .init(
            .qwen25, "{'name': 'f', 'arguments': {'ok': True, 'none': None}}",
            ("f", #"{"ok":true,"none":null}"#)),
        .init(.qwen25, #"{"name": "f", "arguments": {"a": [1, 2,], },}"#, ("f", #"{"a":[1,2]}"#)),
        .init(.qwen25, #"{"arguments": {"a": 1}, "name": "f"}"#, ("f", #"{"a": 1}"#)),
        .init(.qwen25, "I'll look that up.\n{\"name\": \"f\", \"arguments\": {}}\nDone.", ("f", "{}")),
        .init(
            .qwen25, "```json\n{\"name\": \"f\", \"arguments\": {\"a\": \"b\"}}\n```", ("f", #"{"a": "b"}"#)),
        .init(
            .qwen25, "{\"name\": \"write\", \"arguments\": {\"text\": \"one\ntwo\"}}",
            ("write", #"{"text":"one\ntwo"}"#)),
        .init(
            .qwen25, #"{"name": "f", "arguments": {"path": "C:\dir\file"}}"#,
            ("f", #"{"path":"C:\\dir\file"}"#)),
        .init(.qwen25, #"{name: f, arguments: {city: Berlin}}"#, ("f", #"{"city":"Berlin"}"#)),
        .init(.qwen25, #"{"name": "f" "arguments": {"a": 1 "b": 2}}"#, ("f", #"{"a":1,"b":2}"#)),
        .init(
            .qwen25, #"{"name": "f", "arguments": {"a": {"b": 1}"#, ("f", #"{"a":{"b":1}}"#), complete: false),
        .init(.qwen25, #"{"name": "f", "arguments": {"a": "#, ("f", #"{"a":null}"#), complete: false),
        .init(.qwen25, #"{"name": "f", "arguments": {"s": "日本 \ud83d"}}"#, ("f", #"{"s":"日本 \ufffd"}"#)),
        .init(.qwen25, #"{"name": "größe", "arguments": {"s": "é\u00e9"}}"#, ("größe", #"{"s": "é\u00e9"}"#)),
        .init(.qwen25, "no call here", (nil, "no call here")),
        .init(.qwen25, #"{"city": "Berlin"}"#, (nil, #"{"city": "Berlin"}"#)),
        .init(.qwen25, "", (nil, "")),
        .init(.qwen25, #"{"name": "f", "city": "Berlin", "days": 2}"#, ("f", #"{"city":"Berlin","days":2}"#)),
    ]

    static let phi: [RegionCase] = [
        .init(
            .phi4, #"[{"name": "get_weather", "arguments": {"city": "Berlin"}}]"#,
            ("get_weather", #"{"city": "Berlin"}"#)),
        .init(
            .phi4, #"[{"name": "a", "arguments": {"x": 1}}, {"name": "b", "arguments": {}}]"#,
            ("a", #"{"x": 1}"#),
            ("b", "{}")),
        .init(
            .phi4, #"[{"type": "function", "function": {"name": "f", "arguments": {"a": 1}}}]"#,
            ("f", #"{"a": 1}"#)),
        .init(
            .phi4,
            #"[{"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{\"a\":1}"}}]"#,
            ("f", #"{"a":1}"#), id: "call_1"),
        .init(.phi4, #"{"tool_calls": [{"name": "f", "arguments": {}}]}"#, ("f", "{}")),
        .init(.phi4, #"functools[{"name": "f", "arguments": {"a": true}}]"#, ("f", #"{"a": true}"#)),
        .init(.phi4, #"[{"name": "f", "arguments": {"a": 1}},]"#, ("f", #"{"a":1}"#)),
        .init(.phi4, #"[{"name": "f", "arguments": {"a": 1}"#, ("f", #"{"a":1}"#), complete: false),
        .init(.phi4, #"[{"function": "f", "args": {"a": 01}}]"#, ("f", #"{"a":1}"#)),
        .init(.phi4, "[]", (nil, "[]")),
        .init(.phi4, #"[{"name": "f", "arguments": {}}] as in [1"#, ("f", "{}")),
    ]

    static let mistral: [RegionCase] = [
        .init(
            .mistralNemo, #"[{"name": "get_weather", "arguments": {"city": "Berlin"}, "id": "9Ae3bDc2F"}]"#,
            ("get_weather", #"{"city": "Berlin"}"#), id: "9Ae3bDc2F"),
        .init(
            .mistralNemo, #" [{"name": "a", "arguments": {}}, {"name": "b", "arguments": {}}]"#, ("a", "{}"),
            ("b", "{}")),
        .init(.mistralNemo, #"get_weather{"city": "Berlin"}"#, ("get_weather", #"{"city": "Berlin"}"#)),
        .init(.mistralNemo, #"get_weather[ARGS]{"city": "Berlin"}"#, ("get_weather", #"{"city": "Berlin"}"#)),
        .init(
            .mistralNemo, #"get_weather[CALL_ID]123456789[ARGS]{"city": "Berlin"}"#,
            ("get_weather", #"{"city": "Berlin"}"#), id: "123456789"),
        .init(
            .mistralNemo, #"a[ARGS]{"x": 1}[TOOL_CALLS]b[ARGS]{"y": 2}"#, ("a", #"{"x": 1}"#),
            ("b", #"{"y": 2}"#)),
        .init(.mistralNemo, #"[TOOL_CALLS] [{"name": "f", "arguments": {"a": 1}}]"#, ("f", #"{"a": 1}"#)),
        .init(.mistralNemo, #"[{"name": "f", "arguments": {"a": "b"}}] I called it."#, ("f", #"{"a": "b"}"#)),
        .init(
            .mistralNemo, #"[{"name": "f", "arguments": {"q": "it's \"x\" [1]"}}]"#,
            ("f", #"{"q": "it's \"x\" [1]"}"#)),
        .init(
            .mistralNemo, #"[{"name": "f", "arguments": {"q": "cut"#, ("f", #"{"q":"cut"}"#), complete: false),
        .init(
            .mistralNemo, #"get_weather[ARGS]{"city": "Ber"#, ("get_weather", #"{"city":"Ber"}"#),
            complete: false),
        .init(.mistralNemo, #"call {"name": "f", "arguments": {}}"#, ("f", "{}")),
    ]

    static let deepSeek: [RegionCase] = [
        .init(
            .deepseekV3,
            "<｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{\"city\": \"Berlin\"}\n```<｜tool▁call▁end｜>",
            ("get_weather", #"{"city": "Berlin"}"#)),
        .init(
            .deepseekV3,
            """
            <｜tool▁call▁begin｜>function<｜tool▁sep｜>a
            ```json
            {"x": 1}
            ```<｜tool▁call▁end｜>
            <｜tool▁call▁begin｜>function<｜tool▁sep｜>b
            ```json
            {}
            ```<｜tool▁call▁end｜>
            """, ("a", #"{"x": 1}"#), ("b", "{}")),
        .init(
            .deepseekV3, #"<｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Berlin"}<｜tool▁call▁end｜>"#,
            ("get_weather", #"{"city": "Berlin"}"#)),
        .init(.deepseekV3, "<｜tool▁call▁begin｜>function<｜tool▁sep｜>now<｜tool▁call▁end｜>", ("now", "{}")),
        .init(
            .deepseekV3, "<｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{'a': 1,}\n```<｜tool▁call▁end｜>",
            ("f", #"{"a":1}"#)),
        .init(
            .deepseekV3, "<｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{\"a\": \"cut",
            ("f", #"{"a":"cut"}"#), complete: false),
        .init(.deepseekV3, #"{"name": "f", "arguments": {"a": 1}}"#, ("f", #"{"a": 1}"#)),
        .init(.deepseekV3, "nothing", (nil, "nothing")),
        .init(
            .deepseekR1,
            "Let me see.<｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{}\n```<｜tool▁call▁end｜>",
            ("f", "{}")),
        .init(
            .deepseekR1, "\nThe user wants (a) the weather {now}.\n",
            (nil, "\nThe user wants (a) the weather {now}.\n")),
        .init(
            .deepseekR1, "I should call {\"name\": \"f\", \"arguments\": {\"a\": 1}} next.",
            ("f", #"{"a": 1}"#)),
    ]

    static let custom: [RegionCase] = [
        .init(.custom, #"{"tool": "f", "input": {"a": 1}}"#, ("f", #"{"a": 1}"#)),
        .init(.custom, #"{"name": "f", "args": {}, "call_id": 7}"#, ("f", "{}"), id: "7"),
        .init(.custom, "f(a=1)", ("f", #"{"a":1}"#)),
        .init(
            .custom, #"<function=f>{"a": 1}</function><function=g>{}</function>"#, ("f", #"{"a": 1}"#),
            ("g", "{}")),
        .init(.custom, "<｜tool▁call▁begin｜>f<｜tool▁sep｜>{}<｜tool▁call▁end｜>", ("f", "{}")),
        .init(
            .custom, #"{"function_name": "f", "parameters": {"a": NaN, "b": 1_000, "c": 0x10}}"#,
            ("f", #"{"a":null,"b":1000,"c":"0x10"}"#)),
        .init(.custom, "{\"name\": \"\", \"arguments\": {}}", (nil, "{\"name\": \"\", \"arguments\": {}}")),
    ]
}
