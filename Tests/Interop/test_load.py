"""Many streams at once, many requests, and clients that behave badly."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys

import codecai

from harness import completion, test

PROMPTS = [
    "Once upon a time", "The capital of France is", "def fibonacci(n):\n", "The recipe needs",
    "In the year 1815", "Water boils at", "Dear Sir or Madam,", "The quick brown fox",
]
STREAMS = 64
SHORT_REQUESTS = 1000
HALF_HEADERS = 200
#: Growth of the server's memory over the short requests that is still flat, in KiB.
FLAT = 32 << 10


async def ids_of(http, prompt, max_tokens=24):
    body = {"prompt": prompt, "max_tokens": max_tokens, "temperature": 0, "stream_format": "protobuf"}
    async with http.stream("POST", "/v1/completions", json=body, headers={"Accept-Encoding": "identity"}) as answer:
        assert answer.status_code == 200, await answer.aread()
        frames = [frame async for frame in codecai.decode_protobuf_stream(answer.aiter_raw())]
    assert frames[-1].done and frames[-1].finish_reason in ("length", "eos_token"), frames[-1]
    return [id for frame in frames for id in frame.ids]


@test
async def concurrent_streams(server):
    """64 streams at once all complete, with the ids that each prompt gives alone."""
    async with server.http() as http:
        alone = {prompt: await ids_of(http, prompt) for prompt in PROMPTS}
        prompts = [PROMPTS[index % len(PROMPTS)] for index in range(STREAMS)]
        together = await asyncio.gather(*(ids_of(http, prompt) for prompt in prompts))
    different = [(p, t, alone[p]) for p, t in zip(prompts, together) if t != alone[p]]
    for prompt, got, expected in different:
        at = next((i for i, (a, b) in enumerate(zip(got, expected)) if a != b), min(len(got), len(expected)))
        print(f"       {prompt!r}: differs from id {at} on")
    print(f"       {STREAMS - len(different)} of {STREAMS} streams equal those run alone")
    assert not different


@test
async def flat_memory(server):
    """A thousand short requests leave the server's memory where it was after the first hundred."""
    async with server.http() as http:
        limit = asyncio.Semaphore(16)

        async def one(index):
            async with limit:
                answer = await http.post("/v1/completions", json={
                    "prompt": PROMPTS[index % len(PROMPTS)], "max_tokens": 2, "temperature": 0,
                    **({"stream_format": "msgpack"} if index % 2 else {"stream": index % 4 == 0})})
                assert answer.status_code == 200, answer.text

        await asyncio.gather(*(one(index) for index in range(SHORT_REQUESTS // 10)))
        before = server.resident_kib()
        await asyncio.gather(*(one(index) for index in range(SHORT_REQUESTS)))
        after = server.resident_kib()
    if before is not None:
        print(f"       resident memory {before} KiB, after {SHORT_REQUESTS} requests {after} KiB")
        assert after - before < FLAT


READER = """
import sys, httpx
with httpx.stream("POST", sys.argv[1] + "/v1/completions", timeout=None, json={
        "prompt": "Once upon a time", "max_tokens": 900, "temperature": 0, "stream_format": "msgpack",
        "stream_options": {"flush_ms": 0}}, headers={"Accept-Encoding": "identity"}) as answer:
    for chunk in answer.iter_raw():
        print(len(chunk), flush=True)
"""


@test
async def killed_client(server):
    """A client that is killed in the middle frees its slot; others are served."""
    processes = [
        subprocess.Popen([sys.executable, "-c", READER, server.url], stdout=subprocess.PIPE) for _ in range(4)]
    for process in processes:
        assert process.stdout.readline(), "the client got nothing"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    await wait_until_idle(server)
    async with server.http() as http:
        await completion(http, "Hi")


@test
async def client_that_never_reads(server):
    """A client that never reads its long answer does not hold up another one."""
    request = json.dumps({"prompt": "Once upon a time", "max_tokens": 900, "stream": True}).encode()
    silent = socket.create_connection(("127.0.0.1", server.port))
    silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    silent.sendall(
        b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
        + str(len(request)).encode() + b"\r\n\r\n" + request)
    try:
        async with server.http() as http:
            expected = await ids_of(http, "The capital of France is")
            assert await ids_of(http, "The capital of France is") == expected
    finally:
        silent.close()
    await wait_until_idle(server)


@test
async def half_headers(server):
    """200 connections that send half a header do not disturb a stream that goes on."""
    sockets = []
    try:
        async with server.http() as http:
            expected = await ids_of(http, "Once upon a time", 48)
            stream = asyncio.create_task(ids_of(http, "Once upon a time", 48))
            for _ in range(HALF_HEADERS):
                connection = socket.create_connection(("127.0.0.1", server.port))
                connection.sendall(b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Le")
                sockets.append(connection)
                await asyncio.sleep(0)
            assert await stream == expected
            await completion(http, "Hi")
    finally:
        for connection in sockets:
            connection.close()


async def wait_until_idle(server):
    """Waits until no request holds a slot, by the server's own count."""
    async with server.http() as http:
        while True:
            lines = (await http.get("/metrics")).text.splitlines()
            busy = [line for line in lines if line.startswith("codec_slots_busy")]
            assert busy, "no codec_slots_busy among the metrics"
            if all(float(line.split()[-1]) == 0 for line in busy):
                return
            await asyncio.sleep(0.05)
