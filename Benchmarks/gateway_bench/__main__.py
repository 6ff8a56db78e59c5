"""Gateways before one fixed upstream, in turn.

python -m gateway_bench --traffic PROGRAM --codec PROGRAM --scratch FOLDER [--smg PROGRAM] [--litellm PROGRAM] [--quick]

Every answer is checked: a gateway that loses or reorders anything gets no figures.
"""

import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys

from gateway_bench import gateways, report
from gateway_bench.measurements import Traffic, measure, memory_of_streams
from gateway_bench.processes import Server

PIECES = 64
CONNECTIONS = (1, 16, 128)


def loads(connections):
    for count in connections:
        yield f"Not streamed, {count} at a time", {"connections": count}
    for count in connections:
        yield f"{PIECES} tokens streamed at once, {count} at a time", {
            "connections": count, "stream": True, "pieces": PIECES}
    yield f"{PIECES} tokens streamed, one every 5 ms, 64 at a time", {
        "connections": 64, "stream": True, "pieces": PIECES, "pause": 5}


class Bench:
    def __init__(self, arguments):
        self.quick = arguments.quick
        self.scratch = arguments.scratch
        self.traffic = Traffic(arguments.traffic)
        self.kinds = {}
        for name, kind, program in (("ours", gateways.Codec, arguments.codec), ("smg", gateways.SMG, arguments.smg),
                                    ("LiteLLM", gateways.LiteLLM, arguments.litellm)):
            if program and os.access(program, os.X_OK):
                kind.program = program
                self.kinds[name] = kind
        log = pathlib.Path(self.scratch, "upstream.log")
        self.upstream = Server([arguments.traffic, "upstream"], log)
        while not log.read_bytes().endswith(b"\n"):
            if self.upstream.process.poll() is not None:
                sys.exit(f"error: the upstream ended: {log.read_text()}")
        self.upstream_port = json.loads(log.read_text())["port"]
        self.running = {}

    def start(self, name):
        """The gateway, running; None, and why, where it does not start."""
        log = pathlib.Path(self.scratch, f"{name}.log")
        try:
            return self.kinds[name](f"http://127.0.0.1:{self.upstream_port}", self.scratch, log)
        except RuntimeError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return None

    def starting(self):
        """Starts all; the quick ones several times, for their time."""
        rows = []
        for name in self.kinds:
            times = []
            for _ in range(1 if self.quick or name == "LiteLLM" else 5):
                if name in self.running:
                    self.running.pop(name).close()
                gateway = self.start(name)
                if gateway is None:
                    break
                self.running[name] = gateway
                times.append(gateway.ready * 1000)
            if times:
                rows.append([name, report.number(sorted(times)[len(times) // 2]),
                             report.number(self.running[name].server.memory())])
        report.table("Starting", ["ready after, ms", "memory, MiB"], rows)

    def under_load(self):
        seconds, rounds = (1, 1) if self.quick else (2, 3)
        sides = {"direct": (self.upstream, self.upstream_port)}
        sides |= {name: (gateway.server, gateway.port) for name, gateway in self.running.items()}
        for title, load in loads(CONNECTIONS[:2] if self.quick else CONNECTIONS):
            rows = {name: [] for name in sides}
            for turn in range(rounds + 1):
                for name, (server, port) in sides.items():
                    if turn > len(rows[name]) + 1:
                        continue
                    try:
                        row = measure(self.traffic, server, port, load, seconds if turn else 0.5, 20_000 if turn else 500)
                    except (RuntimeError, ZeroDivisionError, subprocess.TimeoutExpired) as error:
                        print(f"{name}, {title}: {error}", file=sys.stderr)
                        rows[name] = []
                        continue
                    if turn:
                        rows[name].append(row)
            report.load_table(title, rows, load)

    def memory(self):
        rows = []
        # A gateway needs two descriptors a stream.
        most = min(10_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] // 2 - 300)
        for name, gateway in self.running.items():
            peak = gateway.server.memory("VmHWM")
            for streams in (1_000,) if self.quick or name == "LiteLLM" else (1_000, most):
                try:
                    each, whole = memory_of_streams(self.traffic, gateway.server, gateway.port, streams, 30)
                    rows.append([f"{name}, {streams:,}", report.number(each, 1), report.number(whole), report.number(peak)])
                except RuntimeError as error:
                    print(f"{name}, {streams} streams: {error}", file=sys.stderr)
        report.table("Silent streams", ["KiB a stream", "all, MiB", "most under load before, MiB"], rows)

    def close(self):
        for gateway in self.running.values():
            gateway.close()
        self.upstream.close()


def main():
    parser = argparse.ArgumentParser()
    for name in ("traffic", "codec", "scratch"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--smg")
    parser.add_argument("--litellm")
    parser.add_argument("--quick", action="store_true")
    _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    bench = Bench(parser.parse_args())
    try:
        bench.starting()
        bench.under_load()
        bench.memory()
    finally:
        bench.close()


if __name__ == "__main__":
    main()
