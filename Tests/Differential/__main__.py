"""Ids of random strings against the models' own tokenizers: python Tests/Differential --codec PROGRAM [NAME…]

NAMEs choose families whose name contains one of them. The seed is printed; the same seed gives the same strings.
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import tempfile
import time
import traceback

import families
from codec import Codec, CodecError, build_map
from generator import Generator, shortest

SHOWN = 3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--codec", required=True)
    parser.add_argument("--model", required=True, type=pathlib.Path, help="the default model, a GGUF file")
    parser.add_argument("--count", type=int, default=2_000, help="strings for each family and mode")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="codec-differential-") as folder:
        folder = pathlib.Path(folder)
        tested = chosen(options, folder)
        # Threads will do: the work is in other processes, and in references that let go of the interpreter's lock.
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for lines in pool.map(lambda family: outcome(family, options, folder), tested):
                failed += lines[0].startswith("FAILED")
                print(*lines, sep="\n       ", flush=True)
    print(f"differential, seed {options.seed}, {options.count} strings: {len(tested) - failed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


def outcome(family, options, folder):
    """Lines; the first begins with `ok` or `FAILED`."""
    started = time.monotonic()
    try:
        problems = check(family, options, folder)
    except (CodecError, AssertionError, OSError) as error:
        problems = [str(error)]
    except Exception:  # noqa: BLE001: the other families run on
        problems = [traceback.format_exc(limit=-3)]
    seconds = time.monotonic() - started
    return [f"{'FAILED' if problems else 'ok    '} {family.name} ({seconds:.1f} s)", *problems]


def chosen(options, folder):
    conformance = os.environ.get("CODEC_CONFORMANCE")
    known = families.packages(options.model, folder) + (families.registry(conformance) if conformance else [])
    if not conformance:
        print("CODEC_CONFORMANCE is not set: without the maps of the public registry")
    found = [f for f in known if not options.names or any(name in f.name for name in options.names)]
    if not found:
        raise SystemExit(f"error: no family has such a name; there are {', '.join(f.name for f in known)}")
    return found


def check(family, options, folder):
    """What went wrong, a line each."""
    path = family.map(lambda source, *words: build_map(options.codec, source, folder / f"{family.name}.json", words))
    reference = family.reference(path)
    generator = Generator(
        f"{options.seed} {family.name}", reference.vocabulary, reference.special_tokens, reference.newest)
    problems = []
    for mode in reference.modes:
        texts = generator.strings(options.count)
        expected = reference.encode_all(texts, mode)
        codec = Codec(options.codec, path, mode)
        try:
            found = codec.encode_all(texts)
            wrong = [text for text, a, b in zip(texts, found, expected, strict=True) if a != b]
            if wrong:
                problems.append(f"{mode}: {len(wrong)} of {len(texts)} texts differ, seed {options.seed}")
            problems += reports(sorted(wrong, key=len), mode, codec, reference)
        finally:
            codec.close()
    return problems


def reports(wrong, mode, codec, reference):
    """The shortest texts that still differ."""

    def expected(text):
        return reference.encode_all([text], mode)[0]

    seen = set()
    for text in wrong[:10 * SHOWN]:
        least = shortest(text, lambda candidate: codec.encode(candidate) != expected(candidate))
        if least in seen:
            continue
        seen.add(least)
        points = " ".join(f"{ord(c):04X}" for c in least)
        yield f"  {least!a} ({points})\n         ours      {codec.encode(least)}\n         reference {expected(least)}"
        if len(seen) == SHOWN:
            return


main()
