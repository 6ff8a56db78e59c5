"""The real server with the real model: heads of answers, the form of its events, and when the first frame comes."""

import contextlib
import json
import pathlib
import socket
import statistics
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
    """One answer, byte by byte: the head, when the first byte of the body came, the body without chunk framing."""

    def __init__(self, port, form, encoding, ids, flush=0):
        body = {"prompt": PROMPT, "max_tokens": ids, "temperature": 0, "stream": True,
                "stream_options": {"flush_ms": flush}}
        if form != "json-sse":
            body["stream_format"] = form
        content = json.dumps(body).encode()
        accept = "identity" if encoding == "identity" else f"{encoding}, identity;q=0"
        head = (f"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Accept-Encoding: {accept}\r\nCodec-Client-Version: 0.5\r\nConnection: close\r\n"
                f"Content-Length: {len(content)}\r\n\r\n").encode()
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            start = time.perf_counter()
            connection.sendall(head + content)
            received = b""
            self.first = None
            while block := connection.recv(1 << 16):
                received += block
                if self.first is None and len(received) > received.find(b"\r\n\r\n") + 4 > 3:
                    self.first = time.perf_counter() - start
        self.head, _, framed = received.partition(b"\r\n\r\n")
        if not self.head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"error: {form} {encoding}: {received[:500]}")
        self.body = unchunked(framed)
        fields = dict(line.lower().split(": ", 1) for line in self.head.decode().split("\r\n")[1:])
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
    text = json.loads(events[1][len("data: "):])["choices"][0]["text"]
    quoted = json.dumps(text, ensure_ascii=False)
    before, _, after = events[1].partition(f'"text":{quoted}')
    ends = [event for event in events if event and '"finish_reason":null' not in event]
    return {"head": before + '"text":"', "tail": '"' + after + "\n\n", "end": "\n\n".join(ends) + "\n\n"}


#: What answers can be: JSON-SSE beside every format, in every encoding that it can have.
FORMS = ("json-sse", "msgpack", "protobuf", "msgpack-delta", "protobuf-delta", "compact")
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


def first_frames(port, rounds):
    """Milliseconds to the first byte of the body, median of the rounds, encodings in turn."""
    for _ in range(3):
        Answer(port, "protobuf", "identity", 1)
    times = {}
    for _ in range(rounds):
        for form, encoding in combinations():
            if form in ("json-sse", "msgpack", "protobuf"):
                answer = Answer(port, form, encoding, 2)
                if answer.encoding == encoding:
                    times.setdefault((form, encoding), []).append(answer.first * 1000)
    return {key: statistics.median(values) for key, values in times.items()}
