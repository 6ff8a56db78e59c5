"""The protocol's Python client reads what we send, and finds our vocabulary by its own discovery."""

import hashlib

import codecai
import msgspec

from harness import completion, test

PROMPTS = ["Once upon a time", "The capital of France is", "def fibonacci(n):\n", "Ein Käse 🧀 schmeckt"]
READERS = {"msgpack": codecai.decode_msgpack_stream, "protobuf": codecai.decode_protobuf_stream}


async def frames(http, stream_format, prompt, encoding="identity", path="/v1/completions", **fields):
    """All frames of a stream, and the answer's headers."""
    body = {"prompt": prompt, "max_tokens": 24, "temperature": 0, "stream_format": stream_format, **fields}
    async with http.stream("POST", path, json=body, headers={"Accept-Encoding": encoding}) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers.get("Content-Encoding", "identity") == encoding.split(",")[0]
        # What a server compresses must be read decoded (`aiter_bytes`); plain bytes as they come.
        body = answer.aiter_raw() if encoding == "identity" else answer.aiter_bytes()
        return [frame async for frame in READERS[stream_format](body)], answer.headers


async def discovered_map(server):
    """The server's map by codecai's discovery: index, then the map behind the pointer, its hash checked."""
    index = await codecai.discover_index(origin=server.url)
    assert index.codec_version == "0.2"
    pointer = index.maps[0]
    return pointer, await codecai.discover_map(origin=server.url, id=pointer.id)


@test
async def reads_both_formats(server):
    """Frames of both formats, plain and gzip: the same ids, one terminal frame, text as the JSON answer's."""
    _, vocabulary = await discovered_map(server)
    async with server.http() as http:
        for prompt in PROMPTS:
            expected = (await completion(http, prompt))["choices"][0]
            assert expected["finish_reason"] in ("length", "stop")
            seen = set()
            for stream_format in READERS:
                for encoding in ("identity", "gzip, identity;q=0"):
                    got, _ = await frames(http, stream_format, prompt, encoding)
                    assert [frame.done for frame in got] == [False] * (len(got) - 1) + [True]
                    assert got[-1].finish_reason in ("length", "eos_token")
                    assert all(frame.ids for frame in got[:-1])
                    ids = [id for frame in got for id in frame.ids]
                    assert 0 < len(ids) <= 24
                    seen.add(tuple(ids))
                    detokenizer = codecai.Detokenizer(vocabulary)
                    text = "".join(detokenizer.render(frame.ids, partial=not frame.done) for frame in got)
                    assert text == expected["text"], (prompt, stream_format, text, expected["text"])
            assert len(seen) == 1, f"the formats gave different ids for {prompt!r}"


@test
async def gateway_frames(server):
    """Through a gateway come the ids of the server behind it, in both formats, and its vocabulary."""
    async with server.http() as http:
        name = (await http.get("/v1/models")).json()["data"][0]["id"]
        options = ["--upstream-model", name, "--map", server.model]
        with server.gateway("codec", options=options) as between:
            pointer, vocabulary = await discovered_map(between)
            assert (pointer.hash, vocabulary.id) == ((await discovered_map(server))[0].hash, pointer.id)
            async with between.http() as through:
                for prompt in PROMPTS:
                    for stream_format in READERS:
                        direct, _ = await frames(http, stream_format, prompt)
                        got, headers = await frames(through, stream_format, prompt)
                        assert [i for f in got for i in f.ids] == [i for f in direct for i in f.ids], prompt
                        assert [f.done for f in got] == [False] * (len(got) - 1) + [True]
                        assert got[-1].finish_reason == direct[-1].finish_reason
                        assert headers["Codec-Upstream"] == "codec"
                        assert headers["Codec-Tokenizer-Map"] == pointer.hash


@test
async def every_id_at_once(server):
    """`flush_ms` 0 sends each id in a frame of its own."""
    async with server.http() as http:
        for stream_format in READERS:
            got, _ = await frames(
                http, stream_format, "Once upon a time", stream_options={"flush_ms": 0, "max_ids": 1})
            assert all(len(frame.ids) <= 1 for frame in got)


@test
async def ids_in_are_ids_out(server):
    """A prompt sent as text and as its ids gives the same completion at temperature 0."""
    async with server.http() as http:
        for prompt in PROMPTS:
            ids = server.ids(prompt)
            by_text, _ = await frames(http, "msgpack", prompt)
            by_ids, _ = await frames(http, "protobuf", ids)
            assert [i for f in by_text for i in f.ids] == [i for f in by_ids for i in f.ids], prompt
            assert (await completion(http, prompt))["choices"] == (await completion(http, ids))["choices"]


@test
async def binary_request(server):
    """`/v1/completions/codec` takes a msgpack request and answers as the JSON request does."""
    ids = server.ids("Once upon a time")
    request = {"prompt_ids": ids, "max_tokens": 24, "temperature": 0.0, "stop": [], "stream_format": "msgpack"}
    async with server.http() as http:
        expected, _ = await frames(http, "msgpack", ids)
        headers = {"Content-Type": "application/x-msgpack", "Accept-Encoding": "identity"}
        content = msgspec.msgpack.encode(request)
        async with http.stream("POST", "/v1/completions/codec", content=content, headers=headers) as answer:
            assert answer.status_code == 200, await answer.aread()
            got = [frame async for frame in codecai.decode_msgpack_stream(answer.aiter_raw())]
    assert [i for f in got for i in f.ids] == [i for f in expected for i in f.ids]


@test
async def map_discovery(server):
    """The pointer's hash is the header's, and that of the bytes; another hash is refused by codecai."""
    pointer, vocabulary = await discovered_map(server)
    async with server.http() as http:
        _, headers = await frames(http, "msgpack", "Hi")
        assert headers["Codec-Tokenizer-Map"] == pointer.hash
        document = (await http.get(pointer.url)).content
        assert "sha256:" + hashlib.sha256(document).hexdigest() == pointer.hash
    assert (await codecai.load_map(url=pointer.url, hash=pointer.hash)).id == vocabulary.id == pointer.id
    try:
        await codecai.load_map(url=pointer.url, hash="sha256:" + "0" * 64)
    except codecai.TokenizerMapHashMismatchError:
        return
    raise AssertionError("codecai took a map with another hash")


@test
async def pinned_map(server):
    """A pinned map that is not the server's is refused with 409 and the server's own hash."""
    pointer, _ = await discovered_map(server)
    async with server.http() as http:
        body = {"prompt": "Hi", "max_tokens": 1, "stream_format": "msgpack"}
        good = await http.post("/v1/completions", json=body, headers={"X-Codec-Map": pointer.hash})
        assert good.status_code == 200
        bad = await http.post("/v1/completions", json=body, headers={"X-Codec-Map": "sha256:" + "0" * 64})
        assert bad.status_code == 409 and pointer.hash in bad.text, bad.text
