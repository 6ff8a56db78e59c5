"""Python's zlib, zstandard and brotli, and node's zlib, read what we compress as it arrives; we read what they write."""

import base64
import gzip
import json
import pathlib
import shutil
import subprocess
import tempfile
import zlib

import brotli
import codecai
import zstandard

from harness import Server, test

READERS = {"msgpack": codecai.decode_msgpack_stream, "protobuf": codecai.decode_protobuf_stream}
#: A dictionary of raw content, which any bytes are.
DICTIONARY = bytes((3 * i * i) % 251 for i in range(4096))
#: Each id in a flush of its own; and what waits packed.
FLUSHES = ({"flush_ms": 0}, {"flush_ms": 40, "max_ids": 8})
PROMPT = "Once upon a time"


class Brotli:
    """Python's decompressor of brotli, with the manners of zlib's."""

    def __init__(self):
        self.reader = brotli.Decompressor()

    def decompress(self, data):
        return self.reader.process(data)

    @property
    def eof(self):
        return self.reader.is_finished()


def reader(encoding):
    if encoding == "gzip":
        return zlib.decompressobj(zlib.MAX_WBITS + 16)
    if encoding == "br":
        return Brotli()
    return zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(DICTIONARY)).decompressobj()


async def parts_of(http, encoding, **fields):
    """A stream's body decompressed: what each piece that arrived gave, all of it by the reader's own word."""
    body = {"prompt": PROMPT, "max_tokens": 24, "temperature": 0, **fields}
    headers = {"Accept-Encoding": f"{encoding}, identity;q=0"}
    async with http.stream("POST", "/v1/completions", json=body, headers=headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["Content-Encoding"] == encoding, answer.headers
        decompressor = reader(encoding)
        parts = [decompressor.decompress(piece) async for piece in answer.aiter_raw()]
    assert decompressor.eof, "the compressed stream does not end"
    return [part for part in parts if part]


async def ids_of(stream_format, body):
    async def one():
        yield body

    return [id for frame in [frame async for frame in READERS[stream_format](one())] for id in frame.ids]


@test
async def encodings_are_read_as_they_arrive(server):
    """Frames and events under gzip, br and zstd, flushed each id and packed: the same, and whole after each piece."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "dictionary.zstd")
        path.write_bytes(DICTIONARY)
        own = Server(server.codec, server.model, parallel=1, options=[
            word for name in READERS for word in ("--zstd-dict", f"{name}={path}")])
        try:
            async with own.http() as http:
                for flush in FLUSHES:
                    await check_frames(own, http, flush)
                    await check_events(http, flush)
        finally:
            status = own.stop()
        assert status == 0, own.read_log()


async def check_frames(server, http, flush):
    seen = set()
    for stream_format in READERS:
        for encoding in ("gzip", "br", "zstd"):
            parts = await parts_of(http, encoding, stream_format=stream_format, stream_options=flush)
            seen.add(tuple(await ids_of(stream_format, b"".join(parts))))
            if flush["flush_ms"] == 0:
                assert len(parts) > 4, (stream_format, encoding, len(parts))
            # What has arrived ends where a frame does: nothing of a frame waits for the next one.
            for part in parts[:-1]:
                assert ends_with_a_frame(stream_format, part), (stream_format, encoding, part)
    assert len(seen) == 1 and len(seen.pop()) > 8, seen


def ends_with_a_frame(stream_format, data):
    """Whether bytes end where a frame does, which is not the last one."""
    if stream_format == "msgpack":
        return data.endswith(b"\xa4done\xc2")
    while data:
        size = 4 + int.from_bytes(data[:4], "big")
        if len(data) < size:
            return False
        data = data[size:]
    return True


async def check_events(http, flush):
    texts = set()
    for encoding in ("gzip", "br"):
        parts = await parts_of(http, encoding, stream=True, stream_options=flush)
        assert all(part.endswith(b"\n\n") for part in parts), (encoding, parts)
        lines = b"".join(parts).decode().split("\n\n")
        assert lines[-2] == "data: [DONE]", lines[-3:]
        chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]
        texts.add("".join(chunk["choices"][0]["text"] for chunk in chunks if chunk["choices"]))
    assert len(texts) == 1 and texts.pop(), texts


#: Feeds base64 lines to node's gunzip one at a time, and says after each how many bytes have come out.
NODE = """
const gunzip = require('zlib').createGunzip();
let size = 0;
gunzip.on('data', data => { size += data.length; });
const lines = require('fs').readFileSync(0, 'utf8').trim().split('\\n');
(async () => {
  for (const line of lines) {
    await new Promise(done => gunzip.write(Buffer.from(line, 'base64'), done));
    await new Promise(done => setImmediate(done));
    console.log(size);
  }
})();
"""


@test
async def node_reads_each_flush(server):
    """node's zlib has after each piece of a gzip stream what Python's has."""
    node = shutil.which("node")
    assert node, "node is not installed: scripts/setup --with-python"
    body = {"prompt": PROMPT, "max_tokens": 24, "temperature": 0, "stream_format": "msgpack",
            "stream_options": {"flush_ms": 0}}
    async with server.http() as http:
        headers = {"Accept-Encoding": "gzip, identity;q=0"}
        async with http.stream("POST", "/v1/completions", json=body, headers=headers) as answer:
            pieces = [piece async for piece in answer.aiter_raw()]
    decompressor, sizes, size = reader("gzip"), [], 0
    for piece in pieces:
        size += len(decompressor.decompress(piece))
        sizes.append(size)
    assert len(set(sizes)) > 4, sizes
    lines = "\n".join(base64.b64encode(piece).decode() for piece in pieces)
    result = subprocess.run([node, "-e", NODE], input=lines.encode(), capture_output=True, timeout=60, check=True)
    assert [int(line) for line in result.stdout.split()] == sizes, (result.stdout, sizes)


@test
async def compressed_requests(server):
    """Requests that Python compressed, at once or flushed in the middle, are answered like plain ones."""
    plain = json.dumps({"prompt": PROMPT, "max_tokens": 8, "temperature": 0}).encode()

    def flushed(compressor, *flush):
        method = getattr(compressor, "process", None) or compressor.compress
        first = method(plain[:20]) + compressor.flush(*flush)
        return first + method(plain[20:]) + (getattr(compressor, "finish", None) or compressor.flush)()

    zipper = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    block = zstandard.COMPRESSOBJ_FLUSH_BLOCK
    async with server.http(headers={"Content-Type": "application/json"}) as http:
        expected = (await http.post("/v1/completions", content=plain)).json()["choices"]
        for name, encoding, body in (
            ("gzip", "gzip", gzip.compress(plain)),
            ("gzip by another name", "x-gzip", gzip.compress(plain)),
            ("gzip, stored", "gzip", gzip.compress(plain, 0)),
            ("gzip, two members", "gzip", gzip.compress(plain[:9]) + gzip.compress(plain[9:])),
            ("gzip, flushed", "gzip", flushed(zipper, zlib.Z_SYNC_FLUSH)),
            ("br", "br", brotli.compress(plain)),
            ("br, large window", "br", brotli.compress(plain, lgwin=24, quality=11)),
            ("br, flushed", "br", flushed(brotli.Compressor())),
            ("zstd", "zstd", zstandard.compress(plain)),
            ("zstd, checksum", "zstd", zstandard.ZstdCompressor(level=19, write_checksum=True).compress(plain)),
            ("zstd, no size", "zstd", zstandard.ZstdCompressor(write_content_size=False).compress(plain)),
            ("zstd, flushed", "zstd", flushed(zstandard.ZstdCompressor().compressobj(), block)),
        ):
            answer = await http.post("/v1/completions", content=body, headers={"Content-Encoding": encoding})
            assert answer.status_code == 200, (name, answer.text)
            assert answer.json()["choices"] == expected, name
