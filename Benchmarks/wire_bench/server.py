"""The real server with the real model: heads of answers, and what it writes around the text of events and documents."""

import contextlib
import json
import pathlib
import socket
import subprocess
import time

PROMPT = "The lighthouse keeper climbed the stairs and"


@contextlib.contextmanager
def running(codec, model, dictionaries, ranks, scratch):
    """The port of a server that has the dictionaries (format -> path) and the rank table."""
    port_file = pathlib.Path(scratch, "port")
    command = [codec, "serve", "--model", model, "--port", "0", "--port-file", port_file, "--rank-table", ranks]
    for name, path in dictionaries.items():
        command += ["--zstd-dict", f"{name}={path}"]
    with open(pathlib.Path(scratch, "server.log"), "wb") as log:
        process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log)
        try:
            while not (port_file.exists() and port_file.read_text()):
                if process.poll() is not None:
                    raise SystemExit(f"error: the server ended: {pathlib.Path(scratch, 'server.log').read_text()}")
                time.sleep(0.05)
            yield int(port_file.read_text())
        finally:
            process.terminate()
            process.wait(timeout=60)


class Answer:
    """One answer: the head, and the body without chunk framing."""

    def __init__(self, port, form, encoding, ids, flush=0):
        body = {"prompt": PROMPT, "max_tokens": ids, "temperature": 0}
        if form != "json":
            body |= {"stream": True, "stream_options": {"flush_ms": flush}}
        if form not in ("json", "json-sse"):
            body["stream_format"] = form
        content = json.dumps(body).encode()
        accept = "identity" if encoding == "identity" else f"{encoding}, identity;q=0"
        head = (f"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Accept-Encoding: {accept}\r\nCodec-Client-Version: 0.5\r\nConnection: close\r\n"
                f"Content-Length: {len(content)}\r\n\r\n").encode()
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(head + content)
            received = b""
            while block := connection.recv(1 << 16):
                received += block
        self.head, _, framed = received.partition(b"\r\n\r\n")
        if not self.head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"error: {form} {encoding}: {received[:500]}")
        fields = dict(line.lower().split(": ", 1) for line in self.head.decode().split("\r\n")[1:])
        self.body = unchunked(framed) if "transfer-encoding" in fields else framed
        self.encoding = fields.get("content-encoding", "identity")


def unchunked(framed):
    body = b""
    while framed:
        size, _, rest = framed.partition(b"\r\n")
        count = int(size, 16)
        body, framed = body + rest[:count], rest[count + 2:]
        if count == 0:
            break
    return body


def event_form(port):
    """What the server writes around the text of an event, and what ends the events."""
    events = Answer(port, "json-sse", "identity", 4).body.decode().split("\n\n")
    head, tail = around(events[1], json.loads(events[1].removeprefix("data: ")))
    ends = [event for event in events if event and '"finish_reason":null' not in event]
    return {"head": head, "tail": tail + "\n\n", "end": "\n\n".join(ends) + "\n\n"}


def document_form(port):
    """What the server writes around the text of a whole answer."""
    body = Answer(port, "json", "identity", 4).body.decode()
    head, tail = around(body, json.loads(body))
    return {"head": head, "tail": tail, "end": ""}


def around(written, parsed):
    """What stands before and behind an answer's text."""
    text = json.dumps(parsed["choices"][0]["text"], ensure_ascii=False)
    before, _, after = written.partition(f'"text":{text}')
    return before + '"text":"', '"' + after


#: What answers can be: a whole JSON document and JSON-SSE beside every format, in every encoding that it can have.
FORMS = ("json", "json-sse", "msgpack", "protobuf", "msgpack-delta", "protobuf-delta", "compact")
ENCODINGS = ("identity", "gzip", "br", "zstd")


def combinations():
    for form in FORMS:
        for encoding in ENCODINGS:
            if encoding != "zstd" or form in ("msgpack", "protobuf"):
                yield form, encoding


def head_sizes(port):
    """Bytes of an answer's head, by format and encoding."""
    sizes = {}
    for form, encoding in combinations():
        answer = Answer(port, form, encoding, 2)
        if answer.encoding == encoding:
            sizes[form, encoding] = len(answer.head) + 4
    return sizes
