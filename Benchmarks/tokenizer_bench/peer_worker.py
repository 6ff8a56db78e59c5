"""One peer as a process that answers as `Benchmarks/Sources/Worker` does: python -m tokenizer_bench.peer_worker PEER"""

import gc
import hashlib
import importlib
import json
import pathlib
import sys
import time

from tokenizer_bench.peers import PEERS


class Session:
    def __init__(self, kind):
        self.kind = kind
        self.peer = None

    def ready(self):
        """Imports what takes its time and memory before anything is measured."""
        for module in self.kind.modules:
            importlib.import_module(module)
        return {}

    def load(self, folder):
        folder = pathlib.Path(folder)
        facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
        try:
            self.peer, times = timed(self.kind, folder, facts)
        except NotImplementedError as refusal:
            return {"refused": str(refusal)}
        return times

    def encode(self, path):
        encoded, times = timed(self.peer.encode, self.peer.text(pathlib.Path(path)))
        return answer(times, self.peer.ids(encoded))

    def encode_batch(self, path):
        encoded, times = timed(self.peer.encode_batch, self.peer.documents(pathlib.Path(path)))
        return answer(times, self.peer.batch_ids(encoded))

    def decode(self, path):
        path = pathlib.Path(path)
        ids = self.peer.ids(self.peer.encode(self.peer.text(path)))
        argument = self.peer.decodable(ids)
        decoded, times = timed(self.peer.decode, argument)
        if isinstance(decoded, str):
            decoded = decoded.encode()
        return times | {"count": len(ids), "same": bytes(decoded) == path.read_bytes()}


def timed(work, *arguments):
    """The result, and nanoseconds: as the clock goes by, and those that processors worked for this process."""
    wall, cpu = time.monotonic_ns(), time.process_time_ns()
    result = work(*arguments)
    return result, {"wall_ns": time.monotonic_ns() - wall, "cpu_ns": time.process_time_ns() - cpu}


def answer(times, ids):
    digest = hashlib.sha256(ids.astype("<u4").tobytes()).hexdigest()
    return times | {"count": len(ids), "ids": f"sha256:{digest}"}


def main():
    session = Session(PEERS[sys.argv[1]])
    gc.disable()
    for line in sys.stdin:
        command, *arguments = line.rstrip("\n").split(" ", 1)
        try:
            result = getattr(session, command.replace("-", "_"))(*arguments)
        except BaseException as error:  # noqa: BLE001: a peer's panic is an answer
            result = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
