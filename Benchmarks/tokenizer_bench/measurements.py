"""What is measured, and in which order."""

import sys
import time

from tokenizer_bench.contestants import OURS
from tokenizer_bench.rounds import Cell, WrongIDs, alternate
from tokenizer_bench.texts import WORST, fresh_text, in_documents


class Measurements:
    """Tables of cells: `cold`, `warm`, `batch`, `worst`, `decode`: column -> name -> Cell. `bytes`: of a column's text.

    `loads` (nanoseconds) and `memory` (KiB that loading, and then encoding, added): name -> list. `cached_loads`: ours of
    a map that was compiled before.
    """

    def __init__(self, ours, peers, reference, folder, runs):
        self.ours, self.reference, self.folder, self.runs = ours, reference, folder, runs
        self.peers = peers
        self.refused = {}
        self.cold, self.warm, self.batch, self.worst, self.decode = {}, {}, {}, {}, {}
        self.bytes, self.loads, self.memory, self.cached_loads = {}, {}, {}, []
        self.hashes = {}

    def run(self, corpus):
        self.corpus = {name: self.folder.file(name, text) for name, text in corpus.items()}
        for name, path in self.corpus.items():
            self.bytes[name] = path.stat().st_size
        with self.reference.start() as self.judge:
            self.find_contestants()
            self.measure_warm()
            self.measure_cold()
            self.measure_cache()
            self.measure_batch(corpus)

    def find_contestants(self):
        """Leaves out, and names, peers that are not installed or cannot load this map."""
        able = []
        for peer in self.peers:
            with peer.start() as session:
                if session.refused:
                    self.refused[peer.name] = session.refused
                else:
                    able.append(peer)
        self.peers = able

    def fresh(self, *seed):
        """A text that no process has seen."""
        name = "fresh-" + "-".join(map(str, seed))
        path = self.folder.file(name, fresh_text(name))
        self.bytes["fresh"] = path.stat().st_size
        return path

    def expected(self, path, command="encode"):
        """The hash of the reference's ids."""
        key = (command, path)
        if key not in self.hashes:
            answer = self.judge.ask(command, path)
            if "error" in answer:
                raise WrongIDs(f"the reference fails: {answer['error']}")
            self.hashes[key] = answer["ids"]
        return self.hashes[key]

    def pair(self, table, column, mine, theirs, path, command="encode"):
        """Asks ours and a peer, in turn."""
        alternate(
            table.setdefault(column, {}), theirs.contestant.name, lambda: mine.ask(command, path),
            lambda: theirs.ask(command, path), self.expected(path, command))

    def started(self, contestant, one_thread=True):
        session = contestant.start(one_thread)
        if one_thread:
            self.loads.setdefault(contestant.name, []).append(session.loaded["ns"])
        return session

    def measure_cold(self):
        """The first pass in a new process, for each text; the worst cases share one."""
        worst = {name: self.folder.file(name, text) for name, text in WORST.items()}
        for run in range(self.runs):
            progress(f"cold, run {run + 1} of {self.runs}")
            groups = [(self.cold, {name: path}) for name, path in self.corpus.items()]
            groups += [(self.cold, {"fresh": self.fresh("cold", run)}), (self.worst, worst)]
            for table, paths in groups:
                for peer in self.peers:
                    with self.started(self.ours) as mine, self.started(peer) as theirs:
                        for column, path in paths.items():
                            self.pair(table, column, mine, theirs, path)

    def measure_cache(self):
        folder = self.folder.path / "compiled"
        for _ in range(self.runs):
            with self.ours.start() as session:
                answer = session.timed(session.worker.ask("load-cached", self.ours.source, folder))
                self.cached_loads.append(answer["ns"])

    def measure_warm(self):
        sessions = {peer.name: self.started(peer) for peer in self.peers}
        with self.started(self.ours) as mine:
            for column, path in self.corpus.items():
                progress(f"warm, {column}")
                self.alternate_all(self.warm, column, mine, sessions, lambda *_, path=path: path)
            progress("warm, fresh")
            self.alternate_all(self.warm, "fresh", mine, sessions, lambda run, name: self.fresh(name, run))
            for name, session in [(OURS, mine), *sessions.items()]:
                after = session.resident_kib()
                self.memory[name] = (session.loaded_kib - session.started_kib, after - session.started_kib)
            for column, path in self.corpus.items():
                progress(f"decoding, {column}")
                self.measure_decoding(column, mine, sessions, path)
        for session in sessions.values():
            session.worker.close()

    def alternate_all(self, table, column, mine, sessions, path_of, command="encode"):
        """Run -1 warms up and does not count."""
        for run in range(-1, self.runs):
            for name, theirs in sessions.items():
                self.pair(table if run >= 0 else {}, column, mine, theirs, path_of(run, name), command)

    def measure_batch(self, corpus):
        """All threads, many documents."""
        sessions = {peer.name: self.started(peer, one_thread=False) for peer in self.peers}
        with self.started(self.ours, one_thread=False) as mine:
            for column, text in corpus.items():
                progress(f"all threads, {column}")
                path = self.folder.file(f"{column}-documents", in_documents(text))
                self.alternate_all(
                    self.batch, column, mine, sessions, lambda *_, path=path: path, "encode-batch")
            progress("all threads, fresh")
            self.alternate_all(self.batch, "fresh", mine, sessions, self.fresh_documents, "encode-batch")
        for session in sessions.values():
            session.worker.close()

    def fresh_documents(self, run, name):
        text = fresh_text(f"documents {name} {run}")
        return self.folder.file(f"fresh-documents-{name}-{run}", in_documents(text))

    def measure_decoding(self, column, mine, sessions, path):
        cells = self.decode.setdefault(column, {})
        for _ in range(self.runs):
            for name, theirs in sessions.items():
                answer, other = mine.ask("decode", path), theirs.ask("decode", path)
                if "error" in answer:
                    raise WrongIDs(answer["error"])
                cell = cells.setdefault(name, Cell())
                if not other.get("same"):
                    cell.failure = "fails" if "error" in other else "other text"
                    continue
                cell.pairs.append((answer["ns"] / answer["count"], other["ns"] / other["count"]))


def progress(what):
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)
