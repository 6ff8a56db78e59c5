"""Encoding and decoding beside the fastest libraries: same map, same bytes, ids compared first, runs in turn.

python -m tokenizer_bench --worker PROGRAM --map MAP --scratch FOLDER [--conformance FOLDER] [--runs N] [PEER…]
"""

import argparse
import pathlib
import sys

from tokenizer_bench import contestants, formats, report, texts
from tokenizer_bench.measurements import Measurements
from tokenizer_bench.peers import PEERS
from tokenizer_bench.rounds import WrongIDs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--worker", required=True)
    parser.add_argument("--map", required=True)
    parser.add_argument("--scratch", required=True, type=pathlib.Path)
    parser.add_argument("--conformance")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("peers", nargs="*", metavar="PEER")
    arguments = parser.parse_args()
    unknown = set(arguments.peers) - set(PEERS)
    if unknown:
        parser.error(f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    document = formats.read_map(arguments.map)
    formats.write_all(document, arguments.scratch)
    peers = [contestants.peer(name, arguments.scratch) for name in arguments.peers or PEERS]
    ours = contestants.ours(arguments.worker, arguments.scratch)
    reference = contestants.peer(
        "tiktoken" if document["encoder"] == "byte_level" else "tokenizers", arguments.scratch)
    measurements = Measurements(ours, peers, reference, texts.Folder(arguments.scratch), arguments.runs)
    try:
        measurements.run(texts.corpus_texts(arguments.conformance))
    except WrongIDs as wrong:
        sys.exit(f"error: no times: {wrong}")
    report.show(document["id"], measurements)


main()
