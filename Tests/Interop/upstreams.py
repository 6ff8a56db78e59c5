"""Scripted upstreams: real HTTP servers that say what a test tells them, in one of the APIs that upstreams speak."""

import dataclasses
import http.server
import json
import sys
import threading


@dataclasses.dataclass
class Reply:
    """One answer: a status with a document, or events of a stream, which a cut leaves without their end."""

    status: int = 200
    headers: dict = dataclasses.field(default_factory=dict)
    document: dict | None = None
    events: list | None = None
    is_cut: bool = False


@dataclasses.dataclass
class Call:
    name: str
    arguments: dict
    id: str = "call_1"


MODEL = {
    "id": "scripted", "object": "model", "created": 1, "owned_by": "test", "type": "model", "display_name": "Scripted",
    "created_at": "2026-01-01T00:00:00Z",
}


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        # A gateway that ends takes its idle connections along.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Upstream:
    """A server on a free port: `answer(body)` gives the reply to each request, which are kept in `requests`."""

    def __init__(self, answer):
        self.requests = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # noqa: N802: the library's name
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.requests.append(body)
                reply = answer(body)
                if reply.events is None:
                    self.document(reply.status, reply.document, reply.headers)
                else:
                    self.events(reply)

            def do_GET(self):  # noqa: N802
                models = {"object": "list", "data": [MODEL], "has_more": False, "first_id": "scripted", "last_id": "scripted"}
                self.document(200, models, {})

            def head(self, status, headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def document(self, status, document, headers):
                data = json.dumps(document).encode()
                self.head(status, {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers})
                self.wfile.write(data)

            def events(self, reply):
                self.head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked", **reply.headers})
                for event in reply.events:
                    name = f"event: {event['type']}\n" if "type" in event else ""
                    self.part(f"{name}data: {json.dumps(event)}\n\n".encode())
                if reply.is_cut:
                    self.close_connection = True
                    return
                if not any("type" in event for event in reply.events):
                    self.part(b"data: [DONE]\n\n")
                self.wfile.write(b"0\r\n\r\n")

            def part(self, data):
                # In two pieces: what reads it must not take a piece for an event.
                for piece in (data[: len(data) // 2], data[len(data) // 2 :]):
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))

            def log_message(self, *_):
                pass

        self.server = Listener(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def pieces(text, size=5):
    return [text[start : start + size] for start in range(0, len(text), size)]


def chat(body, text="", calls=(), is_cut=False):
    """A chat's answer, whole or streamed as the request asks."""
    finish = "tool_calls" if calls else "stop"
    usage = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}
    functions = [
        {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": json.dumps(c.arguments)}} for c in calls]
    shared = {"id": "chatcmpl-1", "created": 1, "model": body["model"]}
    if not body.get("stream"):
        message = {"role": "assistant", "content": text or None, **({"tool_calls": functions} if calls else {})}
        choice = {"index": 0, "message": message, "finish_reason": finish}
        return Reply(document={**shared, "object": "chat.completion", "choices": [choice], "usage": usage})

    def chunk(delta, finish=None):
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {**shared, "object": "chat.completion.chunk", "choices": [choice]}

    events = [chunk({"role": "assistant", "content": ""}), *(chunk({"content": piece}) for piece in pieces(text))]
    for index, function in enumerate(functions):
        arguments = function["function"]["arguments"]
        first = {**function, "index": index, "function": {"name": function["function"]["name"], "arguments": ""}}
        events.append(chunk({"tool_calls": [first]}))
        events += [chunk({"tool_calls": [{"index": index, "function": {"arguments": p}}]}) for p in pieces(arguments)]
    if not is_cut:
        events.append(chunk({}, finish))
        if (body.get("stream_options") or {}).get("include_usage"):
            events.append({**chunk({}), "choices": [], "usage": usage})
    return Reply(events=events, is_cut=is_cut)


def message(body, text="", calls=(), is_cut=False):
    """An answer of Anthropic's API, whole or streamed as the request asks."""
    stop = "tool_use" if calls else "end_turn"
    blocks = [{"type": "text", "text": text}] if text else []
    blocks += [{"type": "tool_use", "id": c.id, "name": c.name, "input": c.arguments} for c in calls]
    whole = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": body["model"], "content": blocks,
        "stop_reason": stop, "stop_sequence": None, "usage": {"input_tokens": 9, "output_tokens": 5},
    }
    if not body.get("stream"):
        return Reply(document=whole)
    events = [{"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}, {"type": "ping"}]
    for index, block in enumerate(blocks):
        if block["type"] == "text":
            start, said = {"type": "text", "text": ""}, block["text"]
            deltas = [{"type": "text_delta", "text": piece} for piece in pieces(said)]
        else:
            start, said = {**block, "input": {}}, json.dumps(block["input"])
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces(said)]
        events.append({"type": "content_block_start", "index": index, "content_block": start})
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"type": "content_block_stop", "index": index})
    if not is_cut:
        delta = {"stop_reason": stop, "stop_sequence": None}
        events += [{"type": "message_delta", "delta": delta, "usage": {"output_tokens": 5}}, {"type": "message_stop"}]
    return Reply(events=events, is_cut=is_cut)
