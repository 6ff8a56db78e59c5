"""Sizes on the wire of real completions and of documentation, in every format and encoding, by length and flush.

python -m wire_bench --worker PROGRAM --codec PROGRAM --model GGUF --streams JSONL --text FILE --dictionaries FOLDER
                     --scratch FOLDER [--rounds N] [--write] [--profile FILE]
"""

import argparse
import json
import pathlib

from worker import Worker
from wire_bench import first_frame, profile, report, samples, server

SOURCE = "completions of SmolLM2-135M-Instruct at temperature 0.8"


def sizes_of(worker, plan, scratch, streams):
    path = scratch / "plan.json"
    path.write_text(json.dumps({**plan, "samples": streams}))
    return report.Sizes(answer(worker, "wire-sizes", path))


def answer(worker, *words):
    result = worker.ask(*words)
    if isinstance(result, dict) and "error" in result:
        raise SystemExit(f"error: {result['error']}")
    return result


def main():
    parser = argparse.ArgumentParser()
    for name in ("worker", "codec", "model", "streams", "text", "dictionaries", "scratch"):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=120)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--profile", type=pathlib.Path)
    arguments = parser.parse_args()

    dictionaries = {name: str(arguments.dictionaries / f"{name}.zdict") for name in ("msgpack", "protobuf")}
    ranks = str(arguments.dictionaries / "ids.ranks")
    with server.running(arguments.codec, arguments.model, dictionaries, ranks, arguments.scratch) as port:
        events, document = server.event_form(port), server.document_form(port)
        heads = server.head_sizes(port)
        times = first_frame.measure(port, arguments.rounds, server.combinations())
    plan = {"map": str(arguments.model), "flushes": report.FLUSHES, "dictionaries": dictionaries, "ranks": ranks,
            "events": events, "document": document}

    worker = Worker([str(arguments.worker)])
    answer(worker, "load", arguments.model)
    streams, looping = samples.recorded(arguments.streams)
    completions = samples.Samples(streams)
    text = samples.Samples(samples.pieces(answer(worker, "ids", arguments.text)))
    print(f"{len(streams)} completions, {sum(map(len, streams))} ids; {looping} that repeat themselves were left out.")
    for length, (joined, of) in completions.joined.items():
        print(f"Of {of} streams of {length} ids {joined} are several completions joined.")
    measured = {}
    for title, chosen in (("Completions", completions), ("Documentation", text)):
        sizes = measured[title] = sizes_of(worker, plan, arguments.scratch, chosen.by_length)
        for length in (64, 512):
            report.by_flush(title, sizes, length, heads)
        for flush in (1, 8, 32, 0):
            report.by_length(title, sizes, flush)
    report.costs(answer(worker, "wire-costs", arguments.scratch / "plan.json", 7))
    report.first_frames(times)
    worker.close()
    document = profile.document(measured["Completions"], SOURCE)
    if arguments.write:
        pathlib.Path("docs/wire.svg").write_text(report.drawing(measured["Completions"], SOURCE))
        profile.BUILT_IN.write_text(profile.swift(document))
    if arguments.profile:
        arguments.profile.write_text(document)


main()
