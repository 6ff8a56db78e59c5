"""An engine with OpenAI's chat API, and no other, that behaves as badly as the request's message says."""

import asyncio
import json
import random

PIECES = 12
#: What can go wrong before an answer, in a streamed one, and in a whole one.
REFUSALS = ("429", "500", "503", "html", "garbage", "hang up")
STREAM_FAULTS = ("cut", "truncated", "error event", "broken json", "no end")
DOCUMENT_FAULTS = ("cut", "broken json", "empty")


def text(seed):
    """What the answer to a request with this seed must say."""
    numbers = random.Random(seed)
    return "".join(numbers.choice(("a", " river", "é", "\n", '"', "日本", " 7")) for _ in range(PIECES))


def plan(content):
    """The fault, and the seed, that a message names; a message may be a list of parts."""
    if isinstance(content, list):
        content = "".join(part["text"] for part in content)
    fault, seed = content.rsplit(" ", 1)
    return fault, int(seed)


class FaultyUpstream:
    """Answers slowly or at once, cuts its bytes anywhere, and closes some connections after the answer."""

    def __init__(self):
        self.open = 0
        self.answered = 0

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def serve(self, reader, writer):
        self.open += 1
        try:
            while await self.answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def answer(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
        body = await reader.readexactly(length)
        self.answered += 1
        if not head.startswith(b"POST "):
            return await send(writer, document({"object": "list", "data": [{"id": "soak", "object": "model"}]}))
        if not head.startswith(b"POST /v1/chat/completions "):
            return await send(writer, response("404 Not Found", "application/json", b'{"error":{"message":"no such route"}}'))
        request = json.loads(body)
        fault, seed = plan(request["messages"][-1]["content"])
        luck = random.Random(seed)
        if luck.random() < 0.3:
            await asyncio.sleep(luck.random() * 0.02)
        if fault in REFUSALS:
            return await self.refuse(writer, fault)
        if request.get("stream"):
            return await self.stream(writer, fault, seed, luck)
        whole = document({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "soak", "usage": usage(),
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text(seed)}}]})
        if fault == "cut":
            await send(writer, whole[:-20])
            return False
        if fault == "broken json":
            return await send(writer, response("200 OK", "application/json", b'{"choices": [{"message"'))
        if fault == "empty":
            return await send(writer, response("200 OK", "application/json", b""))
        return await send(writer, whole) and luck.random() < 0.95

    async def refuse(self, writer, fault):
        if fault == "hang up":
            return False
        if fault == "garbage":
            await send(writer, b"SMTP ready\r\n\r\n")
            return False
        if fault == "html":
            return await send(writer, response("200 OK", "text/html", b"<html>Bad Gateway</html>"))
        error = json.dumps({"error": {"message": "scripted", "type": "server_error", "code": fault}}).encode()
        return await send(writer, response(f"{fault} Error", "application/json", error))

    async def stream(self, writer, fault, seed, luck):
        pieces = text(seed)
        events = [chunk({"role": "assistant", "content": ""})]
        step = luck.randint(1, 8)
        events += [chunk({"content": pieces[at:at + step]}) for at in range(0, len(pieces), step)]
        middle = len(events) // 2
        if fault == "error event":
            events = [*events[:middle], event({"error": {"message": "scripted", "type": "server_error"}})]
        elif fault == "broken json":
            events = [*events[:middle], b'data: {"choices": [{"delta"\n\n', *events[middle:]]
        elif fault in ("cut", "truncated"):
            events = events[:middle]
        if fault not in ("error event", "cut", "truncated", "no end"):
            events += [chunk({}, "stop"), event({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1,
                                                 "model": "soak", "choices": [], "usage": usage()}), b"data: [DONE]\n\n"]
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        content = b"".join(events)
        pause = luck.choice((0, 0, 0.001, 0.004))
        while content:
            cut = luck.randint(1, 400)
            part, content = content[:cut], content[cut:]
            await send(writer, b"%x\r\n%s\r\n" % (len(part), part))
            if pause:
                await asyncio.sleep(pause)
        if fault == "cut":
            return False
        return await send(writer, b"0\r\n\r\n") and luck.random() < 0.95


def usage():
    return {"prompt_tokens": 3, "completion_tokens": PIECES, "total_tokens": 3 + PIECES}


def event(value):
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def chunk(delta, finish=None):
    return event({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "soak",
                  "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def document(value):
    return response("200 OK", "application/json", json.dumps(value).encode())


def response(status, kind, body):
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def send(writer, content):
    writer.write(content)
    await writer.drain()
    return True
