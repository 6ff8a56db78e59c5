"""What the interoperability tests stand on: a running `codec serve`, a list of tests, a runner."""

import asyncio
import inspect
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import traceback

import httpx

TESTS = []
#: Those that need programs which are large to install.
LONG_TESTS = []
#: Seconds that a server may take to start, and a test to end. Far more than a quiet machine needs.
START_LIMIT, TEST_LIMIT = 120, 600


def test(function):
    TESTS.append(function)
    return function


def long_test(function):
    LONG_TESTS.append(function)
    return function


class Serving:
    """`codec serve` on a free port."""

    def __init__(self, codec, options):
        self.codec = codec
        self.folder = tempfile.TemporaryDirectory(prefix="codec-interop-")
        port_file = pathlib.Path(self.folder.name, "port")
        self.log = open(pathlib.Path(self.folder.name, "log"), "w+", encoding="utf-8")
        command = [codec, "serve", "--port", "0", "--port-file", str(port_file), "--drain-seconds", "5", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.log)
        deadline = time.monotonic() + START_LIMIT
        while not port_file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise RuntimeError("the server did not start:\n" + self.read_log())
            time.sleep(0.05)
        self.port = int(port_file.read_text())
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def read_log(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read()

    def resident_kib(self):
        """The server's memory, as Linux counts it; None elsewhere."""
        try:
            status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        except FileNotFoundError:
            return None
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])

    def stop(self):
        """Asks the server to end and gives its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def http(self, **options):
        return httpx.AsyncClient(base_url=self.url, timeout=TEST_LIMIT, **options)


class Server(Serving):
    """`codec serve` with the real model."""

    def __init__(self, codec, model, parallel=8, options=(), clients=None):
        self.model, self.clients = model, clients
        # One thread: with more, each waits for the others, and all for whatever else the machine does.
        sizes = ["--parallel", str(parallel), "--threads", "1", "--queue", "128", "--context", "1024"]
        super().__init__(codec, ["--model", model, *sizes, *options])

    def gateway(self, kind, upstream=None, options=()):
        """A server before an upstream, or before this one, which it takes for one of a kind."""
        return Serving(self.codec, ["--upstream", f"{kind}={(upstream or self).url}", *options])

    def calling(self):
        """The same model on a server of its own that is told how it calls tools."""
        markers = ("--tool-markers", "<jupyter_code>,<jupyter_output>")
        return Server(self.codec, self.model, parallel=2, options=markers)

    def command(self, *arguments, stdin=b""):
        """Runs `codec` with arguments; gives the finished process."""
        return subprocess.run(
            [self.codec, *arguments], input=stdin, capture_output=True, timeout=TEST_LIMIT, check=False)

    def ids(self, text):
        """The ids of a text, by `codec encode` with the model's own vocabulary."""
        import json

        result = self.command("encode", "--map", self.model, stdin=text.encode())
        assert result.returncode == 0, result.stderr.decode()
        return json.loads(result.stdout)


async def completion(http, prompt, **fields):
    """A completion that is not streamed, at temperature 0."""
    body = {"prompt": prompt, "max_tokens": 24, "temperature": 0, **fields}
    answer = await http.post("/v1/completions", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def end_with_the_server(*_):
    """Being told to end, ends the server too."""
    raise SystemExit(143)


async def run_one(function, server):
    result = function(server)
    if inspect.isawaitable(result):
        await asyncio.wait_for(result, TEST_LIMIT)


def run(server):
    """Runs all tests against a server; gives how many failed."""
    failed = 0
    for function in TESTS:
        started = time.monotonic()
        try:
            asyncio.run(run_one(function, server))
            assert server.process.poll() is None, f"the server ended with {server.process.returncode}"
        except Exception:  # noqa: BLE001: a test may fail in any way; the others run on
            failed += 1
            print(f"FAILED {function.__name__}: {inspect.getdoc(function)}")
            traceback.print_exc(limit=-2, file=sys.stdout)
        else:
            print(f"ok     {function.__name__} ({time.monotonic() - started:.1f} s)", flush=True)
    return failed
