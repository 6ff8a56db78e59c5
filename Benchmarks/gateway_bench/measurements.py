"""What one gateway does under one load."""

import json
import subprocess


class Traffic:
    """The Swift program that is the upstream, and the clients."""

    def __init__(self, program):
        self.program = program

    def command(self, name, port, **options):
        words = [self.program, name, "--port", str(port)]
        for option, value in options.items():
            if value is True:
                words.append(f"--{option}")
            elif value:
                words += [f"--{option}", str(value)]
        return words

    def requests(self, port, **options):
        done = subprocess.run(self.command("requests", port, **options), capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise RuntimeError(done.stderr[-500:])
        return json.loads(done.stdout)

    def idle(self, port, streams, seconds):
        """A process that holds open streams until its input ends."""
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            ["timeout", str(seconds), *self.command("idle", port, streams=streams)], stdin=pipe, stdout=pipe, stderr=pipe,
            text=True)
        if not process.stdout.readline():
            raise RuntimeError(process.communicate()[1][-300:] or f"not open after {seconds} s")
        return process


def measure(traffic, server, port, load, seconds, requests):
    """One row: answers by time, their latencies in us, and what the server's process paid for each."""
    before = server.cpu_seconds()
    row = traffic.requests(port, seconds=seconds, requests=requests, **load)
    if row["faults"]:
        raise RuntimeError(f"{row['faults']} of {row['faults'] + row['answers']} answers were wrong: {row['fault']}")
    row["cpu"] = (server.cpu_seconds() - before) / row["answers"] * 1e6
    return row


def memory_of_streams(traffic, server, port, streams, seconds):
    """KiB that each of many silent streams takes, and the whole process in MiB while they are open."""
    before = server.memory()
    process = traffic.idle(port, streams, seconds)
    try:
        during = server.memory()
    finally:
        process.communicate()
    return (during - before) * 1024 / streams, during
