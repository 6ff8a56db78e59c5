#!/usr/bin/env python3
"""Writes the corpus that each fuzz target starts from, made of the tests' fixtures: seeds.py <target> <folder>"""
import json
import pathlib
import sys

FIXTURES = pathlib.Path(__file__).parent.parent / "Tests"


def cases(name):
    text = (FIXTURES / "CodecCoreTests/Fixtures" / name).read_text()
    return [json.loads(line) for line in text.splitlines()]


def frames(form):
    for name in ("frames-valid.jsonl", "frames-invalid.jsonl", "frames-ambiguous.jsonl"):
        for number, case in enumerate(cases(name)):
            if case["format"] == form and len(case["hex"]) <= 2000:
                yield bytes([number % 256]) + bytes.fromhex(case["hex"])


def requests():
    for case in cases("frames-requests.jsonl"):
        yield b"\0" + bytes.fromhex(case["msgpack"])
        yield b"\1" + bytes.fromhex(case["protobuf"])


SEEDS = {
    "MessagePackFrames": lambda: frames("msgpack"),
    "ProtobufFrames": lambda: frames("protobuf"),
    "Requests": requests,
}

if __name__ == "__main__":
    target, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS.get(target, list)()):
        (folder / f"seed-{number:04}").write_bytes(seed)
