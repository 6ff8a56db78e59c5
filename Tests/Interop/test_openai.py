"""The OpenAI client works against the server as against OpenAI's."""

import json

import openai

from harness import completion, test

MESSAGES = [{"role": "user", "content": "Name a colour."}]


def client(server):
    return openai.AsyncOpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0)


@test
async def openai_models(server):
    """The list of models, and each by its name."""
    async with client(server) as api:
        models = [model.id async for model in await api.models.list()]
        assert models
        assert (await api.models.retrieve(models[0])).id == models[0]


@test
async def openai_completions(server):
    """Completions, whole and streamed, have one text; usage comes when asked for."""
    async with client(server) as api:
        model = (await api.models.list()).data[0].id
        options = {"model": model, "prompt": "Once upon a time", "max_tokens": 24, "temperature": 0}
        whole = await api.completions.create(**options)
        assert whole.usage.completion_tokens == 24 and whole.choices[0].finish_reason == "length"
        stream = await api.completions.create(**options, stream=True, stream_options={"include_usage": True})
        chunks = [chunk async for chunk in stream]
        assert "".join(c.choices[0].text for c in chunks if c.choices) == whole.choices[0].text
        assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens == 24
        assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "length"


@test
async def openai_stop_string(server):
    """A stop string ends the text just before it, whole and streamed."""
    async with server.http() as http, client(server) as api:
        text = (await completion(http, "Once upon a time", max_tokens=40))["choices"][0]["text"]
        stop = text[len(text) // 2:][:5]
        expected = text[: text.index(stop)]
        model = (await api.models.list()).data[0].id
        options = {"model": model, "prompt": "Once upon a time", "max_tokens": 40, "temperature": 0, "stop": [stop]}
        whole = await api.completions.create(**options)
        assert (whole.choices[0].text, whole.choices[0].finish_reason) == (expected, "stop"), whole
        stream = await api.completions.create(**options, stream=True)
        assert "".join([c.choices[0].text async for c in stream]) == expected


@test
async def openai_chat(server):
    """Chat, whole, streamed, and through the SDK's own accumulating stream, has one text."""
    async with client(server) as api:
        model = (await api.models.list()).data[0].id
        options = {"model": model, "messages": MESSAGES, "max_tokens": 24, "temperature": 0}
        # From here on the prompt is remembered: computed anew, its numbers differ in their last bits.
        await api.chat.completions.create(**options)
        whole = await api.chat.completions.create(**options)
        text = whole.choices[0].message.content
        assert text and whole.choices[0].message.role == "assistant"
        stream = await api.chat.completions.create(**options, stream=True)
        chunks = [chunk async for chunk in stream]
        assert "".join(c.choices[0].delta.content or "" for c in chunks) == text
        async with api.chat.completions.stream(**options) as events:
            async for _ in events:
                pass
            assert (await events.get_final_completion()).choices[0].message.content == text


@test
async def openai_errors(server):
    """Refusals arrive as the SDK's own exceptions, with message, parameter and code."""
    async with client(server) as api:
        try:
            await api.completions.create(model="no-such-model", prompt="Hi")
        except openai.NotFoundError as error:
            assert error.body["message"] and error.body["code"]
        else:
            raise AssertionError("an unknown model was accepted")
        try:
            await api.chat.completions.create(model=(await api.models.list()).data[0].id, messages=[])
        except openai.BadRequestError as error:
            assert error.body["param"] == "messages", error.body
        else:
            raise AssertionError("no messages at all were accepted")


@test
async def openai_chat_usage(server):
    """Usage comes in one last chunk without choices, and as the whole answer has it; the SDK's stream takes it."""
    async with client(server) as api:
        model = (await api.models.list()).data[0].id
        options = {"model": model, "messages": MESSAGES, "max_completion_tokens": 64, "temperature": 0}
        whole = await api.chat.completions.create(**options)
        streamed = options | {"stream_options": {"include_usage": True}}
        chunks = [chunk async for chunk in await api.chat.completions.create(**streamed, stream=True)]
        assert all(chunk.usage is None for chunk in chunks[:-1])
        assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens == whole.usage.completion_tokens
        assert len({chunk.id for chunk in chunks}) == 1
        async with api.chat.completions.stream(**streamed) as events:
            kinds = [event.type async for event in events]
            final = await events.get_final_completion()
        assert "content.delta" in kinds and kinds[-1] == "chunk"
        assert final.usage == chunks[-1].usage
        assert final.choices[0].finish_reason == whole.choices[0].finish_reason == "stop"


@test
async def openai_chat_history(server):
    """Every kind of text that the SDK sends is taken: parts, developer, earlier turns, names; what matters not as well."""
    async with client(server) as api:
        model = (await api.models.list()).data[0].id
        messages = [
            {"role": "developer", "content": "Answer in a word."},
            {"role": "user", "name": "bob", "content": [{"type": "text", "text": "What colour "}, {"type": "text", "text": "is it?"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "Blue."}]},
            {"role": "user", "content": "Which else?"},
        ]
        answer = await api.chat.completions.create(
            model=model, messages=messages, max_tokens=8, temperature=0, user="me", metadata={"a": "b"})
        assert answer.choices[0].message.content


@test
async def openai_chat_json(server):
    """An answer that has to be JSON of a schema is, streamed too."""
    schema = {
        "type": "object", "properties": {"colour": {"type": "string", "enum": ["red", "blue"]}}, "required": ["colour"],
        "additionalProperties": False,
    }
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
    async with client(server) as api:
        model = (await api.models.list()).data[0].id
        options = {"model": model, "messages": MESSAGES, "response_format": form, "max_tokens": 40, "temperature": 0}
        whole = await api.chat.completions.create(**options)
        assert json.loads(whole.choices[0].message.content)["colour"] in ("red", "blue")
        async with api.chat.completions.stream(**options) as events:
            async for _ in events:
                pass
            final = await events.get_final_completion()
        assert json.loads(final.choices[0].message.content)["colour"] in ("red", "blue")


@test
async def openai_chat_refusals(server):
    """What cannot be had is refused at once as a bad request that names the field."""
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    async with client(server) as api:
        model = (await api.models.list()).data[0].id
        for fields, param in (
            ({"n": 2}, "n"), ({"logit_bias": {"5": 1}}, "logit_bias"), ({"temperature": 9}, "temperature"),
            ({"stop": [""]}, "stop"), ({"tool_choice": "required"}, "tool_choice"),
            ({"messages": [{"role": "user", "content": [image]}]}, "messages"),
        ):
            try:
                await api.chat.completions.create(**({"model": model, "messages": MESSAGES} | fields))
            except openai.BadRequestError as error:
                assert error.param.startswith(param), (fields, error.body)
            else:
                raise AssertionError(f"{fields} was accepted")
