"""The OpenAI client works through the gateway, whatever API the upstream speaks."""

import contextlib
import json
import time

import openai
import pydantic

from harness import test
from upstreams import Call, Reply, Upstream, chat, message

ASK = {"model": "scripted", "input": "Say it."}
CHAT = {"model": "scripted", "messages": [{"role": "user", "content": "Say it."}]}
LOOK = {
    "type": "function", "name": "look", "strict": False,
    "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]},
}
PATCH = {"type": "custom", "name": "apply_patch", "description": "Changes files."}
NAMED = ["--upstream-model", "scripted"]
SAID = "Grün, ja 🧀."


@contextlib.asynccontextmanager
async def gateway(server, reply, kind="openai", **options):
    """A client of a gateway, and the upstream before which that stands."""
    with Upstream(reply) as upstream, server.gateway(kind, upstream, NAMED) as between:
        options = {"max_retries": 0, **options}
        async with openai.AsyncOpenAI(base_url=between.url + "/v1", api_key="none", **options) as api:
            yield api, upstream


KINDS = {"openai": chat, "anthropic": message}


def results(body):
    """What tools said, in a request to an upstream of either API."""
    for said in body["messages"]:
        if said["role"] == "tool":
            yield said["content"]
        elif isinstance(said["content"], list):
            blocks = (block["content"] for block in said["content"] if block["type"] == "tool_result")
            yield from (said if isinstance(said, str) else "".join(part["text"] for part in said) for said in blocks)


async def final(api, **fields):
    async with api.responses.stream(**fields) as stream:
        events = [event async for event in stream]
        response = await stream.get_final_response()
    assert [event.sequence_number for event in events] == list(range(len(events)))
    return response


async def raised(call, kind):
    """The exception that a call raises, which must be of a kind."""
    try:
        await call
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


@test
async def gateway_text(server):
    """One text, by Responses and chats, whole and streamed, from upstreams of both APIs."""
    for kind, speak in KINDS.items():
        async with gateway(server, lambda body, speak=speak: speak(body, SAID), kind) as (api, upstream):
            models = [model.id for model in (await api.models.list()).data]
            assert models == ["scripted"], models
            whole, streamed = await api.responses.create(**ASK), await final(api, **ASK)
            assert whole.output_text == streamed.output_text == SAID
            assert whole.status == streamed.status == "completed"
            assert streamed.usage.total_tokens == 14 and streamed.usage.output_tokens == 5, streamed.usage
            answer = await api.chat.completions.create(**CHAT)
            async with api.chat.completions.stream(**CHAT, stream_options={"include_usage": True}) as stream:
                accumulated = await stream.get_final_completion()
            for said in (answer, accumulated):
                assert said.choices[0].message.content == SAID and said.choices[0].finish_reason == "stop"
                assert said.usage.total_tokens == 14, said.usage
            assert len(upstream.requests) == 4 and all(r["model"] == "scripted" for r in upstream.requests)


@test
async def gateway_tool_loop(server):
    """A function is called, and its result goes on under the response's id, to upstreams of both APIs."""
    for kind, speak in KINDS.items():

        def reply(body, speak=speak):
            seen = list(results(body))
            return speak(body, f"It said {seen[0]}") if seen else speak(body, "", [Call("look", {"place": "sea"})])

        async with gateway(server, reply, kind) as (api, upstream):
            first = await final(api, **ASK, tools=[LOOK])
            [call] = [item for item in first.output if item.type == "function_call"]
            assert (call.name, json.loads(call.arguments)) == ("look", {"place": "sea"}), call
            output = [{"type": "function_call_output", "call_id": call.call_id, "output": "blue"}]
            second = await final(
                api, model="scripted", input=output, tools=[LOOK], previous_response_id=first.id)
            assert second.output_text == "It said blue", second.output
            # The upstream keeps nothing: it is told the whole conversation.
            assert [m["role"] for m in upstream.requests[-1]["messages"]][:2] == ["user", "assistant"]
            function = {"name": "look", "parameters": LOOK["parameters"]}
            async with api.chat.completions.stream(**CHAT, tools=[{"type": "function", "function": function}]) as stream:
                answer = await stream.get_final_completion()
            [call] = answer.choices[0].message.tool_calls
            assert json.loads(call.function.arguments) == {"place": "sea"}
            assert answer.choices[0].finish_reason == "tool_calls"


@test
async def gateway_custom_tool(server):
    """A tool of plain text is a function to the upstream, and comes back as it was declared."""
    patch = "*** Begin Patch\n+\"ä\"\n"

    def reply(body):
        [tool] = body["tools"]
        return chat(body, "", [Call(tool["function"]["name"], {"input": patch})])

    async with gateway(server, reply) as (api, _):
        for answer in (await api.responses.create(**ASK, tools=[PATCH]), await final(api, **ASK, tools=[PATCH])):
            assert [(i.type, i.name, i.input) for i in answer.output] == [("custom_tool_call", "apply_patch", patch)]


@test
async def gateway_structured(server):
    """A schema is told to the upstream, and what it says is parsed by the SDK."""

    class Colour(pydantic.BaseModel):
        name: str

    async with gateway(server, lambda body: chat(body, '{"name":"green"}')) as (api, upstream):
        answer = await api.responses.parse(**ASK, text_format=Colour)
        assert answer.output_parsed == Colour(name="green")
        other = await api.chat.completions.parse(**CHAT, response_format=Colour)
        assert other.choices[0].message.parsed == Colour(name="green")
        schemas = [r["response_format"]["json_schema"]["schema"] for r in upstream.requests]
        assert schemas[0] == schemas[1] and schemas[0]["required"] == ["name"]


@test
async def gateway_errors(server):
    """An upstream's refusals and faults become the SDK's exceptions."""

    def refusal(status, headers=None, **error):
        error = {"message": "Not now.", "type": "test_error", "code": None, "param": None, **error}
        return lambda _: Reply(status=status, headers=headers or {}, document={"error": error})

    for reply, kind in [
        (refusal(429, {"Retry-After": "7"}), openai.RateLimitError),
        (refusal(500), openai.InternalServerError),
        (refusal(400), openai.BadRequestError),
    ]:
        async with gateway(server, reply) as (api, _):
            for call in (
                lambda api: api.responses.create(**ASK),
                lambda api: api.responses.create(**ASK, stream=True),
                lambda api: api.chat.completions.create(**CHAT),
                lambda api: api.chat.completions.create(**CHAT, stream=True),
            ):
                error = await raised(call(api), kind)
                assert error.body["message"], error.body
                if kind is openai.RateLimitError:
                    assert 0 < int(error.response.headers["Retry-After"]) <= 7


@test
async def gateway_waits(server):
    """The SDK waits as long as the upstream asked it to, and tries again."""
    replies = []

    def reply(body):
        replies.append(body)
        if len(replies) == 1:
            return Reply(status=429, headers={"Retry-After": "1"}, document={"error": {"message": "Slower."}})
        return chat(body, SAID)

    async with gateway(server, reply, max_retries=2) as (api, _):
        started = time.monotonic()
        assert (await api.responses.create(**ASK)).output_text == SAID
        assert len(replies) >= 2 and time.monotonic() - started >= 0.9


@test
async def gateway_cut(server):
    """A stream of the upstream that is cut is an error to the SDK, in every API, never an answer."""
    for kind, speak in KINDS.items():
        async with gateway(server, lambda body, speak=speak: speak(body, SAID, is_cut=True), kind) as (api, _):
            stream = await api.responses.create(**ASK, stream=True)
            events = [event async for event in stream]
            assert events[-1].type == "response.failed" and events[-1].response.error.message, events[-1]
            assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == SAID

            async def read(api=api):
                return [chunk async for chunk in await api.chat.completions.create(**CHAT, stream=True)]

            assert (await raised(read(), openai.APIError)).message
