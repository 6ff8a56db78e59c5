"""A server's process: started, waited for, measured from outside, ended. Linux, for /proc."""

import contextlib
import http.client
import os
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A process and those that it starts."""

    def __init__(self, command, log, environment=None):
        self.log = log
        self.began = time.monotonic()
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **(environment or {})})

    def wait(self, port, path="/health", limit=90):
        """Until `path` answers 200; the seconds that took since the start."""
        while time.monotonic() < self.began + limit:
            if self.process.poll() is not None:
                break
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return time.monotonic() - self.began
            except OSError:
                pass
            finally:
                connection.close()
            time.sleep(0.001)
        with open(self.log, errors="replace") as log:
            raise RuntimeError(f"not ready: {log.read()[-500:]}")

    def close(self):
        for pid in reversed(self.tree()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 15)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def tree(self):
        pids = [self.process.pid]
        for pid in pids:
            with contextlib.suppress(FileNotFoundError):
                for task in os.listdir(f"/proc/{pid}/task"):
                    pids += map(int, read(f"/proc/{pid}/task/{task}/children").split())
        return pids

    def cpu_seconds(self):
        fields = (read(f"/proc/{pid}/stat").rsplit(")", 1)[1].split() for pid in self.tree())
        return sum(int(field[11]) + int(field[12]) for field in fields) / TICKS

    def memory(self, field="VmRSS"):
        """MiB; `VmHWM` is the most there was."""
        status = [line.split() for pid in self.tree() for line in read(f"/proc/{pid}/status").splitlines()]
        return sum(int(line[1]) for line in status if line[0] == f"{field}:") / 1024


def read(path):
    with open(path) as file:
        return file.read()
