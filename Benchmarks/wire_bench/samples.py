"""Streams to measure on: completions and documentation that no dictionary was made from."""

import json
import random

LENGTHS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
#: A row has at most so many streams, and at most so many ids.
STREAMS = 24
IDS = 24_576
#: As `Repetition` in CodecCompression: a stream of which more than a fifth of the runs of eight ids came before.
RUN, LIMIT = 8, 0.2


def is_looping(ids):
    runs = [tuple(ids[start:start + RUN]) for start in range(len(ids) - RUN + 1)]
    return bool(runs) and 1 - len(set(runs)) / len(runs) > LIMIT


def recorded(path):
    """(streams, how many were left out because they repeat themselves)."""
    every = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            ids = [token for frame in json.loads(line)["frames"] for token in frame]
            if ids:
                every.append(ids)
    good = [ids for ids in every if not is_looping(ids)]
    return good, len(every) - len(good)


class Samples:
    """Streams of each length: the beginnings of longer ones; where too few are so long, different ones joined."""

    def __init__(self, streams):
        self.by_length = {}
        #: Lengths of which some streams were joined: length -> how many.
        self.joined = {}
        for length in LENGTHS:
            wanted = max(1, min(STREAMS, IDS // length))
            chosen = [ids[:length] for ids in streams if len(ids) >= length][:wanted]
            short = [ids for ids in streams if len(ids) < length]
            random.Random(length).shuffle(short)
            whole = len(chosen)
            line = []
            while short and len(chosen) < wanted:
                line += short.pop()
                if len(line) >= length:
                    chosen.append(line[:length])
                    line = []
            if len(chosen) > whole:
                self.joined[length] = (len(chosen) - whole, len(chosen))
            if chosen:
                self.by_length[length] = chosen


def pieces(ids):
    """A long text as streams of every length, taken from all over it."""
    longest = LENGTHS[-1]
    starts = list(range(0, len(ids) - longest + 1, longest))
    random.Random(1).shuffle(starts)
    return [ids[start:start + longest] for start in starts]
