"""Acting on ids: watcher, detokenizer and translator against the published client and Hugging Face's library.

python ids_bench.py --worker PROGRAM --scratch FOLDER --from MAP --to MAP [--conformance FOLDER] [--runs N]

Peers run in this process and ours in its own, bound to one core, in turn; time is the processor's. The ids of each text
whole, as `tokenizers` gives them, are what ours must be, cut in every way, before a time is printed.
"""

import argparse
import array
import hashlib
import os
import pathlib
import sys
import time

os.environ |= {"RAYON_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}

import codecai  # noqa: E402: the environment comes first
import tokenizers  # noqa: E402

from tokenizer_bench import formats, texts  # noqa: E402
from worker import Worker, summary  # noqa: E402

#: Ids a call.
LENGTHS = {"one call": 0, "16 ids a call": 16, "1 id a call": 1}
#: So many of a text's ids tell how many are held back.
HELD_IDS = 50_000


def hugging_face(document, folder):
    folder.mkdir()
    formats.write_all(document, folder)
    return tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))


def processor_time(work):
    start = time.process_time_ns()
    result = work()
    return result, time.process_time_ns() - start


def codecai_stream(translator, ids, length):
    output = []
    for start in range(0, len(ids), length):
        output += translator.translate(ids[start:start + length], partial=True)
    return output + translator.finish()


def digest(ids):
    return "sha256:" + hashlib.sha256(array.array("I", ids).tobytes()).hexdigest()


class Bench:
    def __init__(self, arguments):
        self.runs = arguments.runs
        self.folder = arguments.scratch
        documents = [formats.read_map(path) for path in (arguments.source, arguments.target)]
        self.names = [document["id"] for document in documents]
        self.theirs = [hugging_face(document, self.folder / side) for document, side in zip(documents, ("a", "b"))]
        self.codecai = [codecai.TokenizerMap.from_json(document) for document in documents]
        self.worker = Worker([arguments.worker])
        self.ask("load", arguments.source)
        self.ask("load-target", arguments.target)

    def ask(self, *words):
        answer = self.worker.ask(*words)
        if "error" in answer:
            sys.exit(f"error: {' '.join(map(str, words))}: {answer['error']}")
        return answer

    def row(self, work, pairs, note=""):
        """`pairs`: (ours, the peer's) in ns an id; the peer's is None where there is none."""
        ours = [mine for mine, _ in pairs]
        theirs = [other for _, other in pairs if other is not None]
        cells = [f"{summary(ours)[0]:.3g}"]
        if theirs:
            ratios = [other / mine for mine, other in pairs]
            cells += [f"{summary(theirs)[0]:.3g}", "%.3g (%.3g to %.3g)" % summary(ratios)]
        else:
            cells += ["", ""]
        print(f"| {work} | " + " | ".join(cells) + f" | {note} |", flush=True)

    def watcher(self, path, ids):
        start, end = list(self.codecai[0].special_tokens)[:2]
        watch = codecai.ToolWatcher(self.codecai[0], start, end)
        for pairs in (1, 2, 4, 8):
            plain, regions = [], []
            for _ in range(self.runs):
                answer = self.ask("watch", pairs, path)
                assert answer["plain"] == answer["count"], answer
                assert answer["passed"] == answer["count"] - 42 * answer["regions"], answer
                events, took = processor_time(lambda: watch.feed(ids))
                assert [list(event.ids) for event in events] == [ids]
                plain.append((answer["plain_ns"], took / len(ids) if pairs == 1 else None))
                regions.append((answer["regions_ns"], None))
            self.row(f"watch {pairs} pair{'s' * (pairs > 1)}, nothing found", plain, "codecai" * (pairs == 1))
            self.row(f"watch {pairs} pair{'s' * (pairs > 1)}, a region in 1,000 ids", regions)

    def text(self, name, text):
        path, ids_path = self.folder / f"{name}.txt", self.folder / f"{name}.ids"
        # The source may lack bytes, which its ids then leave out: what it has is taken.
        text = self.theirs[0].decode(self.source_ids(path, ids_path, text), skip_special_tokens=False)
        ids = self.source_ids(path, ids_path, text)
        assert self.theirs[0].decode(ids, skip_special_tokens=False) == text, f"{name} does not come back"
        expected = digest(self.encode(text))
        decoding, cells = [], {length: [] for length in LENGTHS}
        for _ in range(self.runs):
            answer = self.ask("decode", path)
            decoded, decode_took = processor_time(lambda: self.theirs[0].decode(ids, skip_special_tokens=False))
            decoding.append((answer["cpu_ns"] / len(ids), decode_took / len(ids)))
            _, encode_took = processor_time(lambda: self.encode(decoded))
            for length, count in LENGTHS.items():
                answer = self.ask("translate", count, ids_path)
                if answer["ids"] != expected:
                    sys.exit(f"error: no times: {name}, {length}: ours differ from the ids of the whole text")
                cells[length].append((answer["cpu_ns"] / len(ids), (decode_took + encode_took) / len(ids)))
        self.row(f"decode {name}", decoding, "tokenizers")
        for length, pairs in cells.items():
            self.row(f"translate {name}, {length}", pairs, "tokenizers, decode and encode at once")
        self.published(name, ids, ids_path)
        return ids_path, ids

    def source_ids(self, path, ids_path, text):
        path.write_bytes(text.encode())
        self.ask("write-ids", path, ids_path)
        return array.array("I", ids_path.read_bytes()).tolist()

    def encode(self, text):
        return self.theirs[1].encode_batch_fast([text], add_special_tokens=False)[0].ids

    def published(self, name, ids, ids_path):
        for work, length in LENGTHS.items():
            pairs = []
            for _ in range(self.runs):
                answer = self.ask("translate", length, ids_path)
                translator = codecai.Translator(*self.codecai)
                output, took = processor_time(lambda: codecai_stream(translator, ids, length or len(ids)))
                pairs.append((answer["cpu_ns"] / len(ids), took / len(ids)))
            same = digest(output) == answer["ids"]
            self.row(f"translate {name}, {work}", pairs, "codecai" + ("" if same else ", other ids than the law's"))
        part = self.folder / "part.ids"
        part.write_bytes(array.array("I", ids[:HELD_IDS]).tobytes())
        held = self.ask("held-back", part)["count"] / 1_000
        print(f"| held back, {name}, 1 id a call | {held:.2f} ids | | | |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--worker", required=True)
    parser.add_argument("--scratch", required=True, type=pathlib.Path)
    parser.add_argument("--from", dest="source", required=True)
    parser.add_argument("--to", dest="target", required=True)
    parser.add_argument("--conformance")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    bench = Bench(arguments)
    print(f"{' to '.join(bench.names)}; ns an id, median of {bench.runs} runs in turn; ratio = peer's time / ours\n")
    print("| work | ours | peer | ratio (range) | peer |\n|---|---:|---:|---:|---|")
    for name, text in texts.corpus_texts(arguments.conformance).items():
        ids_path, ids = bench.text(name, text)
    bench.watcher(ids_path, ids)
    bench.worker.close()


main()
