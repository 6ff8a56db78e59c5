"""Our side: the program `codec`."""

import json
import subprocess


class CodecError(Exception):
    pass


class Codec:
    """`codec encode --lines` with one map. `mode`: plain or parse."""

    def __init__(self, program, map_path, mode):
        self.command = [program, "encode", "--map", str(map_path), "--lines", "--specials", mode]
        self.process = None

    def encode_all(self, texts):
        lines = "\n".join(map(json.dumps, texts)) + "\n"
        result = subprocess.run(self.command, input=lines.encode(), capture_output=True, check=False)
        if result.returncode != 0:
            raise CodecError(f"exit status {result.returncode}: {result.stderr.decode()[-500:]}")
        answers = json.loads(b"[" + b",".join(result.stdout.splitlines()) + b"]")
        if len(answers) != len(texts):
            raise CodecError(f"{len(answers)} answers to {len(texts)} texts")
        return answers

    def encode(self, text):
        """One text, by a process that stays."""
        if self.process is None:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdin.write(json.dumps(text).encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise CodecError("the program ended")
        return json.loads(answer)

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()


def build_map(program, source, destination, options=()):
    """`codec map build`: a map from a tokenizer's own file."""
    command = [program, "map", "build", str(source), "--output", str(destination), *options]
    result = subprocess.run(command, capture_output=True, check=False)
    if result.returncode != 0:
        raise CodecError(f"codec map build, exit status {result.returncode}: {result.stderr.decode()[-500:]}")
    return destination
