"""Ours and the peers as processes that can be started, asked and measured alike."""

import os
import pathlib
import subprocess
import sys

from worker import Worker

OURS = "ours"
#: What keeps a library on one thread, besides being bound to one core.
ONE_THREAD = {"RAYON_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1"}


class Contestant:
    def __init__(self, name, command, source):
        """`source`: what `load` is told."""
        self.name, self.command, self.source = name, command, source

    def start(self, one_thread=True):
        """A new process that has loaded the map."""
        return Session(self, one_thread)


class Session:
    """A running process with its map loaded. `refused`: why it cannot take part, or None.

    With one thread, time is the processor's, so that what else the machine does matters less; else the clock's.

    `loaded`: what `load` answered; `started_kib`, `loaded_kib`: its memory before and after.
    """

    def __init__(self, contestant, one_thread):
        environment = os.environ | (ONE_THREAD if one_thread else {})
        self.clock = "cpu_ns" if one_thread else "wall_ns"
        bind = bind_to_one_core if one_thread and hasattr(os, "sched_setaffinity") else None
        self.contestant = contestant
        self.worker = Worker(contestant.command, env=environment, preexec_fn=bind)
        self.loaded = self.worker.ask("ready")
        self.started_kib = self.resident_kib()
        if "error" not in self.loaded:
            self.loaded = self.ask("load", contestant.source)
        self.loaded_kib = self.resident_kib()
        self.refused = self.loaded.get("refused") or self.loaded.get("error")

    def ask(self, command, path):
        return self.timed(self.worker.ask(command, path))

    def timed(self, answer):
        """The answer, with the time that counts as `ns`."""
        return answer | {"ns": answer.get(self.clock)}

    def resident_kib(self):
        """The process's memory, as Linux counts it; elsewhere as `ps` says."""
        status = pathlib.Path(f"/proc/{self.worker.process.pid}/status")
        if status.exists():
            return int(next(line for line in status.read_text().splitlines() if line.startswith("VmRSS")).split()[1])
        command = ["ps", "-o", "rss=", "-p", str(self.worker.process.pid)]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.worker.close()


def bind_to_one_core():
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def ours(worker, folder):
    return Contestant(OURS, [worker], folder / "map.json")


def peer(name, folder):
    return Contestant(name, [sys.executable, "-m", "tokenizer_bench.peer_worker", name], folder)
