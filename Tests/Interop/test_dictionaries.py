"""The protocol's Python client and python-zstandard read what we compress with a dictionary."""

import base64
import hashlib
import pathlib
import tempfile

import codecai
import zstandard

from harness import Server, completion, test

READERS = {"msgpack": codecai.decode_msgpack_stream, "protobuf": codecai.decode_protobuf_stream}


def dictionaries(folder):
    """A file and its bytes for each format: raw content, which any bytes are."""
    made = {}
    for number, name in enumerate(READERS):
        path = pathlib.Path(folder, f"{name}.zstd")
        path.write_bytes(bytes((3 * i * i + number) % 251 for i in range(4096)))
        made[name] = path
    return made


async def chunks(*parts):
    for part in parts:
        yield part


@test
async def dictionary_zstd(server):
    """codecai chooses the dictionary by our headers; python-zstandard reads the body with it; the ids are the same."""
    with tempfile.TemporaryDirectory() as folder:
        files = dictionaries(folder)
        options = [word for name, path in files.items() for word in ("--zstd-dict", f"{name}={path}")]
        own = Server(server.codec, server.model, parallel=1, options=options)
        try:
            async with own.http() as http:
                await check(http, {name: path.read_bytes() for name, path in files.items()})
        finally:
            status = own.stop()
        assert status == 0, own.read_log()


async def check(http, raw):
    text = (await completion(http, "Once upon a time"))["choices"][0]["text"]
    index = (await http.get("/.well-known/codec/index.json")).json()
    vocabulary = await codecai.load_map(url=index["maps"][0]["url"], hash=index["maps"][0]["hash"])
    names = {name: "sha256:" + hashlib.sha256(data).hexdigest() for name, data in raw.items()}
    loaded = {names[name]: data for name, data in raw.items()}
    for name, data in raw.items():
        field = ":" + base64.b64encode(hashlib.sha256(data).digest()).decode() + ":"
        for asked, encoding in (
            ({"Accept-Encoding": "zstd, gzip;q=0.9, identity;q=0"}, "zstd"),
            ({"Accept-Encoding": "gzip;q=0.5, zstd, identity;q=0", "Available-Dictionary": field}, "zstd"),
            ({"Accept-Encoding": "gzip;q=0.5, zstd;q=0.9, identity;q=0", "Codec-Zstd-Dict": names[name]}, "zstd"),
            ({"Accept-Encoding": "zstd, gzip;q=0.9, identity;q=0", "Sec-Fetch-Mode": "cors"}, "gzip"),
            ({"Accept-Encoding": "gzip, deflate, zstd, identity;q=0"}, "gzip"),
        ):
            body = {"prompt": "Once upon a time", "max_tokens": 24, "temperature": 0, "stream_format": name}
            async with http.stream("POST", "/v1/completions", json=body, headers=asked) as answer:
                assert answer.status_code == 200, await answer.aread()
                compressed = b"".join([part async for part in answer.aiter_raw()])
            assert answer.headers["Content-Encoding"] == encoding, (asked, answer.headers)
            assert "Accept-Encoding" in answer.headers["Vary"]
            chosen = codecai.select_zstd_dict_for_response(answer.headers, loaded_dicts=loaded)
            if encoding != "zstd":
                assert chosen is None and "Codec-Zstd-Dict" not in answer.headers
                continue
            assert chosen == data
            reader = zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(chosen)).decompressobj()
            frames = [frame async for frame in READERS[name](chunks(reader.decompress(compressed)))]
            ids = [id for frame in frames for id in frame.ids]
            assert codecai.Detokenizer(vocabulary).render(ids, partial=False) == text
        served = await http.get(f"/.well-known/codec/dicts/{names[name].removeprefix('sha256:')}.zstd")
        assert served.content == data and "immutable" in served.headers["Cache-Control"]
