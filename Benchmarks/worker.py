"""The Swift worker, or a peer's, as an object: one request, one answer, so that runs can alternate."""

import json
import statistics
import subprocess


class Worker:
    def __init__(self, command, **options):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, **options)

    def ask(self, *words):
        """The answer as a dictionary; it has `error` where the work failed."""
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": "the process ended"}

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


def summary(values):
    """Median and range."""
    return statistics.median(values), min(values), max(values)
