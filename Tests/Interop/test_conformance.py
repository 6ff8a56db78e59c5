"""`codec encode`, `decode` and `frames` against the golden sets; needs CODEC_CONFORMANCE, the sets' folder."""

import gzip
import json
import os
import pathlib

from harness import test

FOLDER = os.environ.get("CODEC_CONFORMANCE")
#: Golden set -> the map it is tested with; None is the default model's GGUF file.
MAPS = {
    "huggingfacetb+smollm2": [None, "huggingfacetb+smollm2.json.gz"],
    "openai+cl100k_base": ["openai+cl100k_base.json.gz"],
}


def conformance(function):
    """A test that runs where the golden sets are."""
    return test(function) if FOLDER else function


def rows(*parts):
    path = pathlib.Path(FOLDER, *parts)
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8")
    with opened as lines:
        found = [json.loads(line) for line in lines]
    assert len(found) > 5, f"{path} is nearly empty"
    return found


def command_lines(server, *arguments, values):
    """Runs `codec` with one JSON value a line on stdin; gives the values it prints."""
    stdin = "".join(json.dumps(value) + "\n" for value in values).encode()
    result = server.command(*arguments, "--lines", stdin=stdin)
    assert result.returncode == 0, result.stderr.decode()
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(found) == len(values), f"{len(found)} lines for {len(values)}"
    return found


def vocabularies(server):
    for name, maps in MAPS.items():
        for file in maps:
            yield name, server.model if file is None else str(pathlib.Path(FOLDER, "maps", file))


def check(what, cases, got, expected):
    wrong = [(case, g, e) for case, g, e in zip(cases, got, expected) if g != e]
    print(f"       {what}: {len(cases) - len(wrong)} of {len(cases)}")
    assert not wrong, (what, wrong[:3])


@conformance
def encode(server):
    """Every text gives the golden ids, with special tokens plain and parsed."""
    texts = {case["id"]: case["text"] for case in rows("corpus", "cases.jsonl")}
    for name, source in vocabularies(server):
        golden = rows("encode", f"{name}.jsonl.gz")
        for specials, variant in (("plain", "plain"), ("parse", "special")):
            cases = [case for case in golden if case["variant"] in (variant, "both")]
            got = command_lines(server, "encode", "--map", source, "--specials", specials,
                                values=[texts[case["case"]] for case in cases])
            check(f"{name} {pathlib.Path(source).suffix} {specials}", [c["case"] for c in cases], got,
                  [case["ids"] for case in cases])


@conformance
def decode(server):
    """Every run of ids gives the golden text, with special tokens hidden and shown."""
    for name, source in vocabularies(server):
        cases = [case for case in rows("decode", f"{name}.jsonl.gz") if "text" in case]
        for specials in ("hide", "show"):
            got = command_lines(server, "decode", "--map", source, "--specials", specials,
                                values=[case["ids"] for case in cases])
            expected = [
                case.get("text_with_specials", case["text"]) if specials == "show" else case["text"]
                for case in cases]
            check(f"{name} {pathlib.Path(source).suffix} {specials}", [c["id"] for c in cases], got, expected)


def read_frames(server, case):
    result = server.command("frames", "decode", "--format", case["format"], stdin=bytes.fromhex(case["hex"]))
    return result.returncode, [json.loads(line) for line in result.stdout.splitlines()], result.stderr.decode()


@conformance
def valid_frames(server):
    """What is valid is read as given; what a writer writes, is written."""
    cases = rows("frames", "valid.jsonl") + rows("frames", "big.jsonl.gz")
    got = []
    for case in cases:
        status, frames, _ = read_frames(server, case)
        # The golden frames are those of readers that know nothing of tool calls.
        got.append((status, [{k: v for k, v in frame.items() if k != "tool_calls"} for frame in frames]))
    check("valid frames", [c["id"] for c in cases], got, [(0, case["frames"]) for case in cases])

    # Some writers spell out a false `done` in protobuf; ours leaves it out, as `protobuf_default_omitted` below.
    written = [
        case for case in cases if case.get("writer_bytes")
        and (case["format"] == "msgpack" or all(frame["done"] for frame in case["frames"]))]
    lines = [
        server.command("frames", "encode", "--format", case["format"],
                       stdin="".join(json.dumps(f) + "\n" for f in case["frames"]).encode()).stdout.hex()
        for case in written]
    check("frames as a writer writes them", [c["id"] for c in written], lines, [c["hex"] for c in written])

    for stream_format, key in (("msgpack", "msgpack"), ("protobuf", "protobuf_default_omitted")):
        cases = rows("frames", "writer.jsonl")
        got = [server.command("frames", "encode", "--format", stream_format,
                              stdin=json.dumps(case["frame"]).encode()).stdout.hex() for case in cases]
        check(f"{stream_format} writer", [c["id"] for c in cases], got,
              [case.get(key) or case[stream_format] for case in cases])


@conformance
def invalid_frames(server):
    """What is invalid ends with status 1 and a message, after its good frames."""
    wrong = []
    cases = rows("frames", "invalid.jsonl")
    for case in cases:
        status, frames, message = read_frames(server, case)
        before = case.get("frames_before", [])
        refused = status == 1 and message.startswith("error: ") and frames == before
        # Where a reader may be more lenient, it still must end well and give nothing but one empty last frame.
        lenient = "maybe" in case and status == 0 and frames in (before, [{"ids": [], "done": True}])
        if not refused and not lenient:
            wrong.append((case["id"], case["why"], status, frames, message))
    print(f"       invalid frames: {len(cases) - len(wrong)} of {len(cases)}")
    assert not wrong, wrong[:3]
