"""The OpenAI client's Responses work against the server as against OpenAI's."""

import asyncio
import json

import openai
import pydantic

from harness import test

FIELDS = {"input": "Name a colour.", "max_output_tokens": 24, "temperature": 0}
LOOK = {
    "type": "function", "name": "look", "description": "Looks at a place.", "strict": False,
    "parameters": {
        "type": "object", "properties": {"place": {"type": "string", "maxLength": 12}}, "required": ["place"],
        "additionalProperties": False,
    },
}
PATCH = {"type": "custom", "name": "apply_patch", "description": "Changes files."}
GIT = {
    "type": "namespace", "name": "mcp__git", "description": "Git.",
    "tools": [{"type": "function", "name": "log", "parameters": {"type": "object", "properties": {}}, "strict": False}],
}


def client(server):
    return openai.AsyncOpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0)


async def model_name(api):
    return (await api.models.list()).data[0].id


async def streamed(api, **fields):
    """A response through the SDK's own accumulating stream, and its events."""
    async with api.responses.stream(**fields) as stream:
        events = [event async for event in stream]
        return await stream.get_final_response(), events


@test
async def responses_create(server):
    """A response, whole, streamed, and through the SDK's accumulating stream, has one text."""
    async with client(server) as api:
        fields = {"model": await model_name(api), **FIELDS}
        # From here on the prompt is remembered: computed anew, its numbers differ in their last bits.
        await api.responses.create(**fields)
        whole = await api.responses.create(**fields)
        assert whole.output_text and whole.object == "response", whole
        assert whole.status in ("completed", "incomplete") and whole.usage.output_tokens > 0
        stream = await api.responses.create(**fields, stream=True)
        events = [event async for event in stream]
        assert [e.sequence_number for e in events] == list(range(len(events)))
        assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == whole.output_text
        assert events[-1].type == f"response.{whole.status}" and events[-1].response.id == events[0].response.id
        fields["max_output_tokens"] = 200
        final, _ = await streamed(api, **{**fields, "input": "Say: yes"})
        assert final.status == "completed" and final.output_text


@test
async def responses_limit(server):
    """A response that reached its limit says so."""
    async with client(server) as api:
        response = await api.responses.create(model=await model_name(api), input="Count.", max_output_tokens=2)
        assert response.status == "incomplete" and response.incomplete_details.reason == "max_output_tokens"
        assert response.output[0].status == "incomplete" and response.usage.output_tokens == 2


@test
async def responses_tools(server):
    """Functions, custom tools and tools in namespaces are called as they were declared, whole and streamed."""
    with server.calling() as other:
        async with client(other) as api:
            fields = {
                "model": await model_name(api), "input": "Use a tool.", "tools": [LOOK, PATCH, GIT], "temperature": 0,
                "max_output_tokens": 300,
            }
            for choice, kind, name, namespace in [
                ({"type": "function", "name": "look"}, "function_call", "look", None),
                ({"type": "function", "name": "log"}, "function_call", "log", "mcp__git"),
            ]:
                for answer in (
                    await api.responses.create(**fields, tool_choice=choice),
                    (await streamed(api, **fields, tool_choice=choice))[0],
                ):
                    [call] = [item for item in answer.output if item.type == kind]
                    assert (call.name, call.namespace) == (name, namespace), call
                    json.loads(call.arguments)
            answer = await api.responses.create(**fields, tool_choice={"type": "custom", "name": "apply_patch"})
            assert [(i.type, i.name) for i in answer.output] == [("custom_tool_call", "apply_patch")], answer.output


@test
async def responses_tool_turn(server):
    """A call and its result go back as items, and the model answers."""
    with server.calling() as other:
        async with client(other) as api:
            fields = {"model": await model_name(api), "tools": [LOOK], "temperature": 0, "max_output_tokens": 60}
            first = await api.responses.create(
                **fields, input="Look at the sea.", tool_choice={"type": "function", "name": "look"})
            [call] = [item for item in first.output if item.type == "function_call"]
            result = {"type": "function_call_output", "call_id": call.call_id, "output": "It is blue."}
            second = await api.responses.create(
                **fields, input=[{"role": "user", "content": "Look at the sea."}, *first.output, result], tool_choice="none")
            third = await api.responses.create(
                **fields, input=[result], previous_response_id=first.id, tool_choice="none")
            # The model is asked the same, whether the client sends the conversation or names it.
            assert second.usage.input_tokens == third.usage.input_tokens
            assert second.output_text == third.output_text and third.previous_response_id == first.id


@test
async def responses_structured(server):
    """An answer of a schema is parsed by the SDK."""

    class Colour(pydantic.BaseModel):
        red: bool
        blue: bool

    async with client(server) as api:
        answer = await api.responses.parse(
            model=await model_name(api), input="Which colour is the sea?", text_format=Colour, temperature=0,
            max_output_tokens=100)
        assert isinstance(answer.output_parsed, Colour), answer


@test
async def responses_state(server):
    """Responses are kept: retrieved, continued, listed, deleted."""
    async with client(server) as api:
        fields = {"model": await model_name(api), **FIELDS}
        first = await api.responses.create(**fields, metadata={"turn": "one"})
        again = await api.responses.retrieve(first.id)
        assert again == first
        items = [item async for item in await api.responses.input_items.list(first.id)]
        assert [item.content[0].text for item in items] == [FIELDS["input"]]
        second = await api.responses.create(**{**fields, "input": "And another."}, previous_response_id=first.id)
        assert second.usage.input_tokens > first.usage.input_tokens
        await api.responses.delete(first.id)
        for ask in (
            lambda: api.responses.retrieve(first.id),
            lambda: api.responses.delete(first.id),
            lambda: api.responses.input_items.list(first.id),
        ):
            try:
                await ask()
                raise AssertionError("a response that was deleted is there")
            except openai.NotFoundError:
                pass
        try:
            await api.responses.create(**fields, previous_response_id=first.id)
            raise AssertionError("a response that was deleted goes on")
        except openai.BadRequestError as error:
            assert error.code == "previous_response_not_found" and error.param == "previous_response_id"
        # What a response needs of those before it, it has itself.
        third = await api.responses.create(**{**fields, "input": "More."}, previous_response_id=second.id)
        assert third.usage.input_tokens > second.usage.input_tokens
        unkept = await api.responses.create(**fields, store=False)
        try:
            await api.responses.retrieve(unkept.id)
            raise AssertionError("a response with store=False is kept")
        except openai.NotFoundError:
            pass


@test
async def responses_background(server):
    """A response goes on in the background, is polled, called off, and read again from any event."""
    async with client(server) as api:
        fields = {"model": await model_name(api), **FIELDS}
        response = await api.responses.create(**fields, background=True)
        assert response.status == "in_progress"
        while (response := await api.responses.retrieve(response.id)).status == "in_progress":
            await asyncio.sleep(0.05)
        assert response.output_text
        events = [event async for event in await api.responses.retrieve(response.id, stream=True)]
        assert [e.sequence_number for e in events] == list(range(len(events)))
        rest = [event async for event in await api.responses.retrieve(response.id, stream=True, starting_after=3)]
        assert rest == events[4:]
        long = await api.responses.create(
            **{**fields, "input": "Tell a long story.", "max_output_tokens": 900}, background=True)
        assert (await api.responses.cancel(long.id)).status == "cancelled"
        assert (await api.responses.retrieve(long.id)).status == "cancelled"


@test
async def responses_input_tokens(server):
    """The tokens of an input are counted as an answer's usage counts them."""
    async with client(server) as api:
        model = await model_name(api)
        counted = await api.responses.input_tokens.count(model=model, input=FIELDS["input"])
        answer = await api.responses.create(model=model, **FIELDS)
        assert counted.input_tokens == answer.usage.input_tokens


@test
async def responses_refusals(server):
    """What can never succeed is a 400 that names the field; a WebSocket is told to use HTTP."""
    async with client(server) as api:
        model = await model_name(api)
        for fields, param in [
            ({"input": []}, "input"),
            ({"input": [{"type": "unheard"}]}, "input[0].type"),
            ({"input": "x", "tools": [{"type": "file_search", "vector_store_ids": ["v"]}]}, "tools[0].type"),
            ({"input": "x", "conversation": "conv_1"}, "conversation"),
        ]:
            try:
                await api.responses.create(model=model, **fields)
                raise AssertionError(f"{fields} was taken")
            except openai.BadRequestError as error:
                assert error.param == param, error
    async with server.http() as http:
        answer = await http.get("/v1/responses", headers={"connection": "upgrade", "upgrade": "websocket"})
        assert answer.status_code == 426, answer.text
