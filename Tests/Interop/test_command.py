"""The `codec` program as scripts use it: what goes where, and with which status."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile

import httpx

from harness import Server, completion, test

PROMPT = "Once upon a time"
TRAINED_DICTIONARY = pathlib.Path(__file__).parent.parent / "CodecCompressionTests/Fixtures/dict-msgpack.zdict"


def run(server, *arguments, status=0, **options):
    result = server.command(*arguments, **options)
    assert result.returncode == status, (arguments, result.returncode, result.stderr.decode()[-2000:])
    return result


@test
async def complete_text_and_ids(server):
    """`complete` prints the text of the JSON answer and nothing else; --ids its ids, which decode to it."""
    async with server.http() as http:
        text = (await completion(http, PROMPT))["choices"][0]["text"]
    common = ["--server", server.url, "--max-tokens", "24", "--temperature", "0"]
    for form in ("msgpack", "protobuf", "json"):
        for encoding in ("auto", "identity", "gzip"):
            result = run(server, "complete", PROMPT, *common, "--format", form, "--encoding", encoding)
            assert result.stdout.decode() == text and result.stderr == b"", (form, encoding, result)
    ids = run(server, "complete", "-", *common, "--ids", stdin=PROMPT.encode()).stdout
    assert len(json.loads(ids)) == 24
    assert run(server, "decode", "--map", server.model, stdin=ids).stdout.decode() == text
    prompt_ids = ",".join(map(str, server.ids(PROMPT)))
    assert run(server, "complete", "--prompt-ids", prompt_ids, *common).stdout.decode() == text


@test
def complete_statistics(server):
    """--stats goes to stderr; --compare checks all formats and prints a row for each."""
    common = ["--server", server.url, "--max-tokens", "16", "--temperature", "0"]
    result = run(server, "complete", PROMPT, *common, "--stats", "--json")
    figures = json.loads(result.stderr)
    assert figures["tokens"] == 16 and figures["finish_reason"] == "length" and figures["body_bytes"] > 0
    report = json.loads(run(server, "complete", PROMPT, *common, "--compare", "--json").stdout)
    rows = {(row["flush"], row["report"]["format"], row["report"]["encoding"]) for row in report["rows"]}
    assert len(rows) == len(report["rows"]) and report["differences"] == []
    plain = {(flush, form, encoding) for flush in ("each", "packed") for form in ("json-sse", "msgpack", "protobuf")
             for encoding in ("identity", "gzip")}
    assert plain <= rows


@test
def wrong_usage(server):
    """Wrong usage is 64 with a message on stderr only."""
    for arguments in (
        ["nothing"], ["complete"], ["complete", "a", "--prompt-ids", "1"], ["complete", "a", "--format", "xml"],
        ["complete", "a", "--encoding", "rot13"], ["complete", "--prompt-ids", "1,x"], ["serve"],
        ["serve", "--model", "m", "--port", "70000"], ["serve", "--model", "m", "--parallel", "0"], ["encode"],
        ["decode", "--map", "m", "--specials", "maybe"], ["frames", "decode"], ["map", "verify", "m", "--hash", "1"],
    ):
        result = run(server, *arguments, status=64)
        assert result.stdout == b"" and result.stderr, arguments


@test
def failures(server):
    """What fails is 1, with one sentence on stderr and nothing on stdout."""
    with tempfile.TemporaryDirectory() as folder:
        damaged = pathlib.Path(folder, "damaged.gguf")
        damaged.write_bytes(pathlib.Path(server.model).read_bytes()[:100_000])
        text = pathlib.Path(folder, "text.gguf")
        text.write_text("not a model")
        for arguments, stdin in (
            (["complete", "a", "--server", "http://127.0.0.1:1"], b""),
            (["complete", "a", "--server", server.url, "--model", "no-such-model"], b""),
            (["complete", "a", "--server", "nonsense"], b""),
            (["complete", "-", "--server", server.url], b"\xff"),
            (["serve", "--model", str(pathlib.Path(folder, "missing.gguf"))], b""),
            (["serve", "--model", str(damaged)], b""),
            (["serve", "--model", str(text)], b""),
            (["serve", "--model", server.model, "--port", str(server.port)], b""),
            (["encode", "--map", "/no/such/map"], b"a"),
            (["encode", "--map", server.model], b"a\xffb"),
            (["encode", "--map", server.model, "--lines"], b'"a"\nb\n'),
            (["decode", "--map", server.model], b"[1,"),
            (["decode", "--map", server.model], b"[-1]"),
            (["decode", "--map", server.model], b"[4294967296]"),
            (["map", "verify", server.model, "--hash", "sha256:" + "0" * 64], b""),
            (["frames", "decode", "--format", "protobuf"], b""),
        ):
            result = run(server, *arguments, status=1, stdin=stdin)
            lines = result.stderr.decode().splitlines()
            assert result.stdout == b"" and lines and lines[-1].startswith("error: "), (arguments, result)


@test
def closed_pipe(server):
    """A reader that goes away ends the program quietly."""
    ids = server.ids("word " * 2000)
    line = (json.dumps(ids) + "\n").encode()
    process = subprocess.Popen(
        [server.codec, "decode", "--map", server.model, "--lines"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    process.stdout.close()
    try:
        for _ in range(200):
            process.stdin.write(line)
            process.stdin.flush()
    except BrokenPipeError:
        pass
    try:
        process.stdin.close()
    except BrokenPipeError:
        pass
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == -signal.SIGPIPE and errors == b"", (process.returncode, errors)


@test
async def interrupted_twice(server):
    """The first Ctrl-C lets streams finish, the second ends the server at once."""
    own = Server(server.codec, server.model, parallel=1)
    try:
        async with own.http() as http:
            body = {"prompt": PROMPT, "max_tokens": 900, "stream_format": "msgpack", "seed": 1}
            async with http.stream("POST", "/v1/completions", json=body) as answer:
                await anext(answer.aiter_raw())
                own.process.send_signal(signal.SIGINT)
                async with own.http() as other:
                    try:
                        while True:
                            await other.get("/health", headers={"Connection": "close"})
                    except httpx.TransportError:
                        pass
                assert own.process.poll() is None, "the server did not wait for the stream"
                own.process.send_signal(signal.SIGINT)
                assert own.process.wait(60) == 130
    finally:
        own.stop()


@test
def missing_assets(server):
    """What is configured and cannot be had ends the start, and is named."""
    with tempfile.TemporaryDirectory() as folder:
        plain = pathlib.Path(folder, "plain.zstd")
        plain.write_bytes(bytes(range(64)))
        large = pathlib.Path(folder, "large.zstd")
        large.write_bytes(bytes((1 << 20) + 1))
        wrong = f"{plain}#sha256:" + "0" * 64
        # Reading streams takes it, writing them does not.
        unfit = pathlib.Path(folder, "unfit.zdict")
        trained = bytearray(TRAINED_DICTIONARY.read_bytes())
        trained[14] = 1
        unfit.write_bytes(trained)
        for arguments, environment, name in (
            (["--zstd-dict", "msgpack=/no/such/dict"], {}, "/no/such/dict"),
            (["--zstd-dict", str(plain)], {}, str(plain)),
            (["--zstd-dict", f"protobuf={large}"], {}, str(large)),
            (["--zstd-dict", f"msgpack={wrong}"], {}, str(plain)),
            (["--zstd-dict", f"msgpack={unfit}"], {}, str(unfit)),
            (["--zstd-dict", f"msgpack=http://127.0.0.1:1/d#sha256:{'0' * 64}"], {}, "http://127.0.0.1:1/d"),
            (["--zstd-dict", "msgpack=https://localhost/d"], {}, "https://localhost/d"),
            (["--rank-table", "/no/such/table"], {}, "/no/such/table"),
            (["--rank-table", wrong], {}, str(plain)),
            (["--record", f"{plain}/folder"], {}, str(plain)),
            (["--safety-policy-file", str(plain)], {}, str(plain)),
            ([], {"CODEC_ZSTD_DICT_MSGPACK_PATH": "/no/such/dict"}, "/no/such/dict"),
            ([], {"CODEC_ZSTD_DICT_PROTOBUF_URL": "https://localhost/d"}, "https://localhost/d"),
            ([], {"CODEC_VERSION_POLICY": "perhaps"}, "CODEC_VERSION_POLICY"),
            ([], {"CODEC_SAFETY_POLICY": "acme/strict"}, "acme/strict"),
            ([], {"CODEC_SAFETY_POLICY_REQUIRED": "1"}, "CODEC_SAFETY_POLICY_REQUIRED"),
        ):
            result = subprocess.run(
                [server.codec, "serve", "--model", server.model, "--port", "0", *arguments], capture_output=True,
                env={**os.environ, **environment}, timeout=120, check=False)
            errors = result.stderr.decode()
            assert result.returncode == 1 and name in errors, (arguments, environment, errors)
            assert "listening" not in errors


@test
def streaming_lines(server):
    """`encode --lines` answers each line before the next one comes."""
    process = subprocess.Popen(
        [server.codec, "encode", "--map", server.model, "--lines"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for text in ("Hello", " world", "", "é🧀"):
        process.stdin.write((json.dumps(text) + "\n").encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline()) == server.ids(text)
    process.stdin.close()
    assert process.stdout.read() == b"" and process.wait(60) == 0
    process.stdout.close()


@test
def maps(server):
    """A built map has the same hash in every form, and encodes as the model's own file does."""
    with tempfile.TemporaryDirectory() as folder:
        plain, packed = (os.path.join(folder, name) for name in ("map.json", "map.json.gz"))
        run(server, "map", "build", server.model, "--output", plain)
        run(server, "map", "build", server.model, "--output", packed)
        described = json.loads(run(server, "map", "inspect", server.model, "--json").stdout)
        for path in (plain, packed):
            run(server, "map", "verify", path, "--hash", described["hash"])
            result = run(server, "encode", "--map", f"{path}#{described['hash']}", stdin=b"Hello world")
            assert json.loads(result.stdout) == server.ids("Hello world")
        assert os.path.getsize(packed) < os.path.getsize(plain)


@test
def encode_what_is_no_text(server):
    """Bytes that are not UTF-8 are refused with their place, or replaced on request; ids without a token are counted."""
    refused = run(server, "encode", "--map", server.model, status=1, stdin=b"ab\xffc")
    assert refused.stdout == b"" and b"byte 2" in refused.stderr, refused
    replaced = run(server, "encode", "--map", server.model, "--replace-invalid", stdin=b"ab\xffc")
    assert replaced.stdout == run(server, "encode", "--map", server.model, stdin="ab\ufffdc".encode()).stdout
    run(server, "encode", "--map", server.model, "--lines", "--replace-invalid", status=64)
    dropped = run(server, "encode", "--map", server.model, stdin=b"!\x04!")
    assert dropped.stdout == run(server, "encode", "--map", server.model, stdin=b"!!").stdout
    assert b"1 bytes were left out" in dropped.stderr, dropped
    unknown = run(server, "decode", "--map", server.model, stdin=b"[4000000]")
    assert unknown.stdout.decode() == "\ufffd" and b"1 ids" in unknown.stderr, unknown


@test
async def maps_of_many_processes(server):
    """Processes that fetch a map at once share a cache; afterwards none needs the server, and a wrong hash is refused."""
    async with server.http() as http:
        pointer = (await http.get("/.well-known/codec/index.json")).json()["maps"][0]
    expected = server.ids(PROMPT)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder}

        def encode(url, digest):
            process = subprocess.Popen(
                [server.codec, "encode", "--map", f"{url}#{digest}"], env=environment, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            process.stdin.write(PROMPT.encode())
            process.stdin.close()
            return process

        for process in [encode(pointer["url"], pointer["hash"]) for _ in range(6)]:
            assert json.loads(process.stdout.read()) == expected, process.stderr.read()
            assert process.wait() == 0
        names = sorted(path.suffix for path in pathlib.Path(folder).rglob("*") if path.is_file())
        assert names == [".compiled", ".json"], names
        offline = encode("http://127.0.0.1:1/map.json", pointer["hash"])
        assert json.loads(offline.stdout.read()) == expected and offline.wait() == 0
        wrong = encode(pointer["url"], "sha256:" + "0" * 64)
        assert wrong.stdout.read() == b"" and b"expected sha256:000" in wrong.stderr.read() and wrong.wait() == 1
