"""The Swift worker as an object: one request, one answer, so that runs can alternate with a peer's."""

import json
import subprocess


class Worker:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise SystemExit(f"error: {' '.join(map(str, words))}: {answer['error']}")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


def checksum(ids):
    """FNV-1a as the worker computes it."""
    value = 0xCBF29CE484222325
    for token in ids:
        value = ((value ^ token) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return str(value)


def summary(values):
    """Median and range."""
    values = sorted(values)
    return values[len(values) // 2], values[0], values[-1]
