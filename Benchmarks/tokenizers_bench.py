"""Encoding and decoding against tiktoken and the Hugging Face tokenizers: same map, same bytes, alternating runs."""

import argparse
import gzip
import json
import pathlib
import random
import time

import tiktoken
import tokenizers

from worker import Worker, checksum, summary


def byte_alphabet():
    """The GPT-2 alphabet: character to byte."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + i): byte for i, byte in enumerate(rest)}


def read_map(path):
    data = pathlib.Path(path).read_bytes()
    return json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)


def tiktoken_peer(document):
    alphabet = byte_alphabet()
    special = document["special_tokens"]
    ranks = {
        bytes(alphabet[c] for c in token): number
        for token, number in document["vocab"].items()
        if token not in special
    }
    encoding = tiktoken.Encoding(
        "map", pat_str=document["pre_tokenizer_pattern"], mergeable_ranks=ranks, special_tokens=special
    )
    return encoding.encode_ordinary, encoding.decode


def hugging_face_peer(document):
    model = tokenizers.models.BPE(document["vocab"], [tuple(m.split(" ")) for m in document["merges"]])
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([
        tokenizers.pre_tokenizers.Split(
            tokenizers.Regex(document["pre_tokenizer_pattern"]), behavior="isolated"
        ),
        tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    return lambda text: tokenizer.encode(text).ids, tokenizer.decode


def unique_text(seed, size):
    """Text whose words hardly repeat: made of syllables, punctuation and numbers."""
    generator = random.Random(seed)
    syllables = [a + b + c for a in "bcdfghklmnprstvw" for b in "aeiou" for c in ("", "n", "r", "s", "l")]
    words = []
    length = 0
    while length < size:
        word = "".join(generator.choices(syllables, k=generator.randint(1, 4)))
        if generator.random() < 0.1:
            word = word.capitalize()
        if generator.random() < 0.05:
            word = str(generator.randint(0, 99999))
        words.append(word + generator.choice(["", "", "", "", ",", ".", "\n"]))
        length += len(words[-1]) + 1
    return " ".join(words)


def texts(folder, conformance):
    made = {
        "unique words": unique_text(1, 1_000_000),
        "200,000 equal letters": "a" * 200_000,
        "200,000 spaces": " " * 200_000,
        "200,000 digits": "7" * 200_000,
        "CJK run": "漢字仮名交じり文" * 12_500,
    }
    large = pathlib.Path(conformance or "/nonexistent") / "corpus" / "large"
    for name in ("prose", "code", "multilingual"):
        if (large / f"{name}.txt").exists():
            made[name] = (large / f"{name}.txt").read_text(encoding="utf-8")
    for name, text in made.items():
        path = pathlib.Path(folder) / (name.replace(" ", "-").replace(",", "") + ".txt")
        path.write_text(text, encoding="utf-8")
        yield name, text, path


def timed(work, argument):
    start = time.perf_counter_ns()
    result = work(argument)
    return result, time.perf_counter_ns() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--worker", required=True)
    parser.add_argument("--map", required=True)
    parser.add_argument("--conformance")
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    document = read_map(arguments.map)
    peers = {"tiktoken": tiktoken_peer(document), "tokenizers": hugging_face_peer(document)}
    worker = Worker(arguments.worker)
    loads = [worker.ask("load", arguments.map)["ns"] / 1e6 for _ in range(arguments.runs)]
    print("map %s, loaded in %.1f ms (%.1f to %.1f)" % (document["id"], *summary(loads)))
    print("one core; MB/s, median of %d alternating runs; ratio = peer's time / ours\n" % arguments.runs)
    print("| text | ours | cold | " + " | ".join(f"{peer} | ratio (range)" for peer in peers) + " |")
    print("|---|---:|---:|" + "---:|---:|" * len(peers))
    decoded = []
    for name, text, path in texts(arguments.scratch, arguments.conformance):
        size = len(text.encode())
        ours, cold, theirs, wrong = [], [], {peer: [] for peer in peers}, set()
        for _ in range(arguments.runs):
            cold.append(worker.ask("encode-cold", path)["ns"])
            answer = worker.ask("encode", path)
            ours.append(answer["ns"])
            for peer, (encode, _) in peers.items():
                try:
                    ids, nanoseconds = timed(encode, text)
                except BaseException as error:  # a peer's panic is not ours
                    wrong.add(f"{peer}: {type(error).__name__}")
                    continue
                if checksum(ids) != answer["checksum"]:
                    wrong.add(f"{peer}: other ids")
                theirs[peer].append(nanoseconds)
        row = [name, "%.0f" % (size * 1e3 / summary(ours)[0]), "%.0f" % (size * 1e3 / summary(cold)[0])]
        for peer in peers:
            failures = [w for w in wrong if w.startswith(peer + ":")]
            if failures:
                row += [failures[0].split(": ")[1], "-"]
                continue
            ratios = [b / a for a, b in zip(ours, theirs[peer])]
            row += ["%.1f" % (size * 1e3 / summary(theirs[peer])[0]), "%.1f (%.1f to %.1f)" % summary(ratios)]
        print("| " + " | ".join(row) + " |", flush=True)
        if name in ("prose", "code", "multilingual", "unique words"):
            answer = worker.ask("decode", path)
            assert answer["checksum"] == "1", f"{name} does not come back"
            ids = peers["tiktoken"][0](text)
            _, nanoseconds = timed(peers["tiktoken"][1], ids)
            decoded.append((name, answer["ns"] / answer["count"], nanoseconds / len(ids)))
    print("\n| decoding | ours, ns/id | tiktoken, ns/id | ratio |\n|---|---:|---:|---:|")
    for name, ours, theirs in decoded:
        print("| %s | %.2f | %.1f | %.1f |" % (name, ours, theirs, theirs / ours))
    worker.close()


main()
