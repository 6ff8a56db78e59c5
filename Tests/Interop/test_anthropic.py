"""The Anthropic client works against the server as against Anthropic's."""

import anthropic

from harness import test

ASK = {"max_tokens": 24, "extra_body": {"temperature": 0}, "messages": [{"role": "user", "content": "Name a colour."}]}
WEATHER = {
    "name": "weather", "description": "The weather of a city.",
    "input_schema": {
        "type": "object", "properties": {"city": {"type": "string", "maxLength": 12}}, "required": ["city"],
    },
}


def client(server, **options):
    return anthropic.AsyncAnthropic(base_url=server.url, api_key="none", max_retries=0, **options)


async def model_of(api):
    return (await api.models.list()).data[0].id


async def refused(call, kind):
    """The exception that a call raises, which must be of a kind."""
    try:
        await call
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


@test
async def anthropic_models(server):
    """The list of models in Anthropic's form, page by page, and each by its name."""
    async with client(server) as api:
        models = [model async for model in await api.models.list(limit=1)]
        assert models and all(model.type == "model" and model.created_at.year >= 1970 for model in models)
        assert (await api.models.retrieve(models[0].id)).display_name


@test
async def anthropic_messages(server):
    """Answers, whole, as raw events and through the SDK's own accumulating stream, have one text and usage."""
    async with client(server) as api:
        options = {"model": await model_of(api), "system": "Be brief.", **ASK}
        # From here on the prompt is remembered: computed anew, its numbers differ in their last bits.
        await api.messages.create(**options)
        whole = await api.messages.create(**options)
        assert whole.type == "message" and whole.role == "assistant" and whole.id.startswith("msg_")
        assert whole.content[0].text and whole.stop_reason in ("end_turn", "max_tokens")
        assert whole.usage.input_tokens + (whole.usage.cache_read_input_tokens or 0) > 0
        assert 0 < whole.usage.output_tokens <= 24
        events = [event async for event in await api.messages.create(**options, stream=True)]
        assert [events[0].type, events[-1].type] == ["message_start", "message_stop"], events
        async with api.messages.stream(**options) as stream:
            text = "".join([piece async for piece in stream.text_stream])
            final = await stream.get_final_message()
        assert text == final.content[0].text == whole.content[0].text
        assert final.stop_reason == whole.stop_reason and final.usage.output_tokens == whole.usage.output_tokens


@test
async def anthropic_stop_sequences(server):
    """A stop sequence ends the text just before it."""
    async with client(server) as api:
        options = {"model": await model_of(api), **ASK}
        text = (await api.messages.create(**options)).content[0].text
        stop = text[len(text) // 2:][:5]
        whole = await api.messages.create(**options, stop_sequences=[stop])
        assert "".join(block.text for block in whole.content) == text[: text.index(stop)], whole


@test
async def anthropic_tools(server):
    """A tool that has to be called is called with arguments of its schema, whole and streamed; its result is taken."""
    with server.calling() as other:
        async with client(other) as api:
            options = {"model": await model_of(api), **ASK, "max_tokens": 80, "tools": [WEATHER]}
            forced = {**options, "tool_choice": {"type": "tool", "name": "weather"}}
            whole = await api.messages.create(**forced)
            call = whole.content[-1]
            assert whole.stop_reason == "tool_use" and call.type == "tool_use" and call.name == "weather", whole
            assert isinstance(call.input["city"], str), whole
            async with api.messages.stream(**forced) as stream:
                final = await stream.get_final_message()
            assert final.stop_reason == "tool_use" and isinstance(final.content[-1].input["city"], str), final
            thought = {"type": "thinking", "thinking": "A tool may know.", "signature": "c2ln"}
            history = [
                *ASK["messages"], {"role": "assistant", "content": [thought, *final.content]},
                {"role": "user", "content": [
                    {"type": "tool_result", "tool_use_id": final.content[-1].id, "content": [{"type": "text", "text": "Rain."}]},
                    {"type": "text", "text": "And now?"},
                ]},
            ]
            answer = await api.messages.create(**{**options, "messages": history, "tool_choice": {"type": "none"}})
            assert answer.stop_reason in ("end_turn", "max_tokens"), answer


@test
async def anthropic_tool_runner(server):
    """A thread is refused so that the runner goes on with the whole conversation: calls, and their results."""
    with server.calling() as other:
        async with client(other) as api:
            asked = []

            @anthropic.beta_async_tool(name="weather", input_schema=WEATHER["input_schema"])
            async def weather(city: str) -> str:
                """The weather of a city."""
                asked.append(city)
                return f"Rain in {city}."

            runner = api.beta.messages.tool_runner(
                model=await model_of(api), max_tokens=80, tools=[weather], messages=ASK["messages"],
                tool_choice={"type": "tool", "name": "weather"}, max_iterations=2, extra_body={"temperature": 0})
            answers = [answer async for answer in runner]
            assert [answer.stop_reason for answer in answers] == ["tool_use"] * 2 and asked, answers
            assert asked[0] == answers[0].content[-1].input["city"], (asked, answers)
            error = await refused(
                api.beta.messages.create(model=answers[0].model, **ASK | {"extra_body": {"thread": {"type": "create"}}}),
                anthropic.BadRequestError)
            details = error.body["error"]["details"]
            assert details == {"error_code": "thread_unsupported_request", "unsupported": ["thread"]}, error.body


@test
async def anthropic_count_tokens(server):
    """A count is the usage of the same prompt, and grows with it."""
    async with client(server) as api:
        model = await model_of(api)
        count = (await api.messages.count_tokens(model=model, messages=ASK["messages"])).input_tokens
        usage = (await api.messages.create(model=model, **ASK)).usage
        assert count == usage.input_tokens + (usage.cache_read_input_tokens or 0), (count, usage)
        longer = await api.messages.count_tokens(model=model, messages=[{"role": "user", "content": "Name a colour, please."}])
        assert longer.input_tokens > count


@test
async def anthropic_errors(server):
    """Refusals arrive as the SDK's own exceptions, in Anthropic's form, with the request's id; before a stream as well."""
    async with client(server) as api:
        model = await model_of(api)
        error = await refused(api.messages.create(model="no-such-model", **ASK), anthropic.NotFoundError)
        assert error.body["type"] == "error" and error.body["error"]["type"] == "not_found_error", error.body
        assert error.request_id and error.body["request_id"] == error.request_id
        for change in ({"messages": []}, {"messages": [{"role": "robot", "content": "x"}]}, {"max_tokens": -1}):
            for stream in (False, True):
                error = await refused(
                    api.messages.create(model=model, **ASK | change, stream=stream), anthropic.BadRequestError)
                assert error.body["error"]["type"] == "invalid_request_error" and error.body["error"]["message"]
        long = [{"role": "user", "content": "word " * 3000}]
        error = await refused(api.messages.create(model=model, **ASK | {"messages": long}), anthropic.BadRequestError)
        assert error.body["error"]["message"], error.body
        await refused(api.models.retrieve("no-such-model"), anthropic.NotFoundError)


@test
async def anthropic_keys(server):
    """Keys come as Authorization or as x-api-key, and a client may name no version, as older ones do."""
    async with server.http() as http:
        model = (await http.get("/v1/models")).json()["data"][0]["id"]
        body = {"model": model, "max_tokens": 2, "messages": ASK["messages"]}
        for headers in ({"x-api-key": "k"}, {"authorization": "Bearer k"}, {}):
            answer = await http.post("/v1/messages", json=body, headers=headers)
            assert answer.status_code == 200 and answer.json()["type"] == "message", answer.text
            assert answer.headers["request-id"]
        wrong = await http.post("/v1/messages", json={**body, "max_tokens": None})
        assert wrong.status_code == 400 and wrong.json()["type"] == "error", wrong.text


@test
async def anthropic_gateway(server):
    """Before a server of the same API, and before one of another, all is as it is there."""
    async with client(server) as api:
        model = await model_of(api)
        options = {"model": model, "system": "Be brief.", **ASK}
        await api.messages.create(**options)
        direct = await api.messages.create(**options)
    for kind in ("anthropic", "codec"):
        with server.gateway(kind) as other:
            async with client(other) as api:
                whole = await api.messages.create(**options)
                assert (whole.content, whole.stop_reason) == (direct.content, direct.stop_reason), (kind, whole, direct)
                async with api.messages.stream(**options) as stream:
                    final = await stream.get_final_message()
                assert final.content[0].text == direct.content[0].text, (kind, final, direct)
                assert final.usage.output_tokens == direct.usage.output_tokens, (kind, final, direct)
                assert (await api.models.retrieve(model)).id == model
                error = await refused(api.messages.create(**options | {"model": "no-such-model"}), anthropic.NotFoundError)
                assert error.body["error"]["type"] == "not_found_error", error.body
                long = [{"role": "user", "content": "word " * 3000}]
                await refused(api.messages.create(**options | {"messages": long}), anthropic.BadRequestError)
                if kind == "anthropic":
                    messages = ASK["messages"]
                    count = (await api.messages.count_tokens(model=model, messages=messages)).input_tokens
                    usage = (await api.messages.create(model=model, **ASK)).usage
                    assert count == usage.input_tokens + (usage.cache_read_input_tokens or 0), (count, usage)
