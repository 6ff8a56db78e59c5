"""Bad input gets a clear 4xx in OpenAI's shape, and the server goes on."""

import gzip
import json

from harness import completion, test

GOOD = {"prompt": "Hi", "max_tokens": 1}
HUGE = 1 << 70

#: Path, body, expected status; a body that is no bytes is sent as JSON.
CASES = {
    "no JSON": ("/v1/completions", b"{", 400),
    "not an object": ("/v1/completions", b"[]", 400),
    "not UTF-8": ("/v1/completions", b'{"prompt":"\xff"}', 400),
    "nested without end": ("/v1/completions", b'{"prompt":' + b"[" * 100_000, 400),
    "no prompt": ("/v1/completions", {}, 400),
    "empty prompt of ids": ("/v1/completions", {"prompt": []}, 400),
    "prompt of the wrong type": ("/v1/completions", {"prompt": {"a": 1}}, 400),
    "prompt ids as text": ("/v1/completions", {"prompt": ["1", 2]}, 400),
    "negative id": ("/v1/completions", {"prompt": [-1]}, 400),
    "fraction as id": ("/v1/completions", {"prompt": [1.5]}, 400),
    "id beyond the vocabulary": ("/v1/completions", {"prompt": [4_000_000]}, 400),
    "id beyond 32 bits": ("/v1/completions", {"prompt": [HUGE]}, 400),
    "prompt longer than the context": ("/v1/completions", {"prompt": "word " * 20_000}, 400),
    "negative max_tokens": ("/v1/completions", {**GOOD, "max_tokens": -1}, 400),
    "huge max_tokens": ("/v1/completions", {**GOOD, "max_tokens": HUGE}, 400),
    "max_tokens as text": ("/v1/completions", {**GOOD, "max_tokens": "5"}, 400),
    "negative temperature": ("/v1/completions", {**GOOD, "temperature": -1}, 400),
    "unknown stream_format": ("/v1/completions", {**GOOD, "stream_format": "xml"}, 400),
    "stream_format of the wrong type": ("/v1/completions", {**GOOD, "stream_format": 1}, 400),
    "n above 1 with frames": ("/v1/completions", {**GOOD, "stream_format": "msgpack", "n": 2}, 400),
    "unknown model": ("/v1/completions", {**GOOD, "model": "no-such-model"}, 404),
    "chat without messages": ("/v1/chat/completions", {}, 400),
    "a message that is none": ("/v1/chat/completions", {"messages": [1]}, 400),
    "unknown path": ("/v1/nothing", GOOD, 404),
}


@test
async def bad_requests(server):
    """Each bad body gets its status and an error document with a message; then a good request works."""
    wrong = []
    async with server.http() as http:
        for name, (path, body, status) in CASES.items():
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            answer = await http.post(path, content=content, headers={"Content-Type": "application/json"})
            wrong += complaint(name, answer, status)
        await completion(http, "Hi", max_tokens=1)
    assert not wrong, "\n".join(wrong)


@test
async def bad_framing(server):
    """Wrong types, encodings and binary bodies are refused as clearly."""
    wrong = []
    async with server.http() as http:
        async def send(name, status, path, content, **headers):
            names = {key.replace("_", "-"): value for key, value in headers.items()}
            wrong.extend(complaint(name, await http.post(path, content=content, headers=names), status))

        good = json.dumps(GOOD).encode()
        await send("wrong Content-Type", 415, "/v1/completions", good, Content_Type="text/plain")
        await send("unknown Content-Encoding", 415, "/v1/completions", good,
                   Content_Type="application/json", Content_Encoding="compress")
        await send("broken gzip", 400, "/v1/completions", b"no gzip",
                   Content_Type="application/json", Content_Encoding="gzip")
        await send("cut gzip", 400, "/v1/completions", gzip.compress(good)[:-6],
                   Content_Type="application/json", Content_Encoding="gzip")
        await send("gzip bomb", 413, "/v1/completions", gzip.compress(b" " * (300 << 20), 9),
                   Content_Type="application/json", Content_Encoding="gzip")
        await send("msgpack that is none", 400, "/v1/completions/codec", b"\xc1",
                   Content_Type="application/x-msgpack")
        await send("empty protobuf request", 400, "/v1/completions/codec", b"",
                   Content_Type="application/x-protobuf")
        await send("JSON to the binary path", 415, "/v1/completions/codec", good, Content_Type="application/json")
        await completion(http, "Hi", max_tokens=1)
    assert not wrong, "\n".join(wrong)


def complaint(name, answer, status):
    """What is wrong with a refusal; nothing when it is right."""
    try:
        error = answer.json()["error"]
        shaped = bool(error["message"]) and bool(error["type"]) and {"param", "code"} <= set(error)
    except Exception:  # noqa: BLE001: any other body is the complaint
        shaped = False
    if answer.status_code == status and shaped:
        return []
    return [f"{name}: {answer.status_code} {answer.text[:300]}, expected {status} with an error document"]
