"""The profile by which a server can choose encodings (`WireProfile` in CodecCompression; `--wire-profile`)."""

import json

#: Names of ours -> names in a profile.
FORMATS = {"msgpack": "msgpack", "protobuf": "protobuf", "msgpack-delta": "msgpack-delta",
           "protobuf-delta": "protobuf-delta", "compact+table": "compact", "json-sse": "sse"}
LENGTHS = (16, 64, 256, 1024, 4096)


def streams(sizes):
    """One entry for each format, encoding and way of flushing."""
    series = sorted({key[:3] for key in sizes.cells if key[0] in FORMATS}, key=lambda key: (
        list(FORMATS).index(key[0]), key[2] or 1 << 30, ("identity", "gzip", "br", "zstd").index(key[1])))
    for form, encoding, flush in series:
        entry = {"format": FORMATS[form], "encoding": encoding}
        if flush:
            entry["ids_per_flush"] = flush
        entry["bytes_per_id"] = {
            str(length): round(sizes.cells[form, encoding, flush, length], 2) for length in LENGTHS if length in sizes.lengths}
        yield entry


def document(sizes, source):
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in streams(sizes))
    return f'{{"version":1,\n"source":{json.dumps(source)},\n"streams":[\n{lines}\n]}}\n'


def write(folder, sizes, source):
    (folder / "wire-profile.json").write_text(document(sizes, source))
