"""One of many clients: asks by any API, leaves in the middle now and then, and knows what it must get."""

import asyncio
import json
import random

from soak import faulty_upstream as upstream

APIS = {
    "chat": "/v1/chat/completions", "completions": "/v1/completions", "responses": "/v1/responses",
    "messages": "/v1/messages",
}
#: Shares of requests that meet a fault, and whose client leaves.
FAULTY, LEAVING = 0.2, 0.1
#: Seconds for one answer.
PATIENCE = 60


class Wrong(Exception):
    """An answer that is not what it must be."""


class Client:
    def __init__(self, port, api_names=tuple(APIS)):
        self.port = port
        self.names = api_names
        self.reader = self.writer = None
        self.left = 0

    async def ask(self, seed):
        """One request; raises `Wrong`."""
        luck = random.Random(-seed)
        api, streamed = luck.choice(self.names), luck.random() < 0.6
        fault = "none"
        if luck.random() < FAULTY:
            fault = luck.choice(upstream.REFUSALS + (upstream.STREAM_FAULTS if streamed else upstream.DOCUMENT_FAULTS))
        content = json.dumps(body(api, streamed, fault, seed)).encode()
        what = f"request {seed} ({api}, {'streamed' if streamed else 'whole'}, {fault})"
        for attempt in (0, 1):
            fresh = self.writer is None
            if fresh:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                self.writer.write(f"POST {APIS[api]} HTTP/1.1\r\nHost: soak\r\nContent-Type: application/json\r\n"
                                  f"Content-Length: {len(content)}\r\n\r\n".encode() + content)
                if luck.random() < LEAVING:
                    return await self.leave(luck)
                status, answer = await asyncio.wait_for(self.read(), PATIENCE)
                break
            except (ConnectionError, asyncio.IncompleteReadError, TimeoutError) as error:
                await self.close()
                # A kept connection may have been closed meanwhile.
                if fresh or attempt:
                    raise Wrong(f"{what}: {error!r}") from error
        if problem := wrong(api, streamed, fault, seed, status, answer):
            raise Wrong(f"{what}: {problem}; status {status}: {answer[-600:]!r}")

    async def leave(self, luck):
        self.left += 1
        try:
            await asyncio.wait_for(self.reader.read(luck.randint(1, 2000)), luck.random() * 0.02)
        except TimeoutError:
            pass
        if luck.random() < 0.5:
            self.writer.transport.abort()
        await self.close()

    async def close(self):
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None

    async def read(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        answer = b""
        cut = False
        try:
            if b"transfer-encoding" in fields:
                while size := int(await self.reader.readuntil(b"\r\n"), 16):
                    answer += (await self.reader.readexactly(size + 2))[:-2]
                await self.reader.readexactly(2)
            else:
                answer = await self.reader.readexactly(int(fields[b"content-length"]))
        except (ConnectionError, asyncio.IncompleteReadError):
            # How an API ends a stream in which it has no event for a failure.
            cut = True
        if cut or fields.get(b"connection") == b"close":
            await self.close()
        return int(head.split(b" ", 2)[1]), answer + (b"\n[cut]" if cut else b"")


def body(api, streamed, fault, seed):
    common = {"model": "soak", "stream": streamed}
    prompt = f"{fault} {seed}"
    match api:
        case "completions":
            return common | {"prompt": prompt}
        case "responses":
            return common | {"input": prompt, "store": False}
        case _:
            return common | {"max_tokens": 100, "messages": [{"role": "user", "content": prompt}]}


def wrong(api, streamed, fault, seed, status, answer):
    """What is wrong with an answer; None when nothing is."""
    if fault in upstream.REFUSALS or (fault != "none" and not streamed):
        return None if status >= 400 and b"error" in answer else "a fault that is none to the client"
    if fault != "none":
        complete = status == 200 and ENDS[api] in answer and not answer.endswith(b"[cut]")
        return "a broken answer called complete" if complete else None
    if status != 200:
        return "an error without a fault"
    got = (streamed_text if streamed else whole_text)(api, answer)
    return None if got == upstream.text(seed) else f"the text is {got!r}"


ENDS = {
    "chat": b"data: [DONE]", "completions": b"data: [DONE]", "responses": b'"type":"response.completed"',
    "messages": b'"type":"message_stop"',
}


def streamed_text(api, answer):
    if ENDS[api] not in answer:
        return "no end"
    parts = []
    for line in answer.decode().split("\n"):
        if not line.startswith("data: {"):
            continue
        event = json.loads(line.removeprefix("data: "))
        match api:
            case "chat":
                parts += [choice["delta"].get("content") or "" for choice in event["choices"]]
            case "completions":
                parts += [choice["text"] for choice in event["choices"]]
            case "responses":
                parts += [event["delta"]] if event["type"] == "response.output_text.delta" else []
            case _:
                parts += [event["delta"]["text"]] if event["type"] == "content_block_delta" else []
    return "".join(parts)


def whole_text(api, answer):
    value = json.loads(answer)
    match api:
        case "chat":
            return value["choices"][0]["message"]["content"]
        case "completions":
            return value["choices"][0]["text"]
        case "responses":
            return "".join(part["text"] for item in value["output"] for part in item["content"])
        case _:
            return "".join(part["text"] for part in value["content"])
