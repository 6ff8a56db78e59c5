"""Many requests by all APIs through `codec serve` to an engine that fails: every answer is checked, and what stays behind."""

import asyncio
import os
import pathlib
import subprocess
import tempfile
import time

from soak.client import Client, Wrong
from soak.faulty_upstream import FaultyUpstream

CLIENTS = 48
PROCESSES = pathlib.Path("/proc")
#: Growth over the requests that is still flat: KiB of memory, and descriptors.
FLAT_MEMORY, FLAT_FILES = 16 << 10, 16


class Gateway:
    """`codec serve` before an upstream, on a free port."""

    def __init__(self, codec, upstream_port, options=()):
        self.folder = tempfile.TemporaryDirectory(prefix="codec-soak-")
        port_file = pathlib.Path(self.folder.name, "port")
        self.log = pathlib.Path(self.folder.name, "log")
        command = [codec, "serve", "--upstream", f"openai=http://127.0.0.1:{upstream_port}", "--port", "0",
                   "--port-file", str(port_file), "--store", "off", "--drain-seconds", "5", *options]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + 120
        while not (port_file.exists() and port_file.read_text()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise RuntimeError(f"the gateway did not start:\n{self.log.read_text()}")
            time.sleep(0.02)
        self.port = int(port_file.read_text())

    def resident_kib(self):
        """As Linux counts it; 0 elsewhere."""
        if not PROCESSES.exists():
            return 0
        status = (PROCESSES / str(self.process.pid) / "status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])

    def files(self):
        if not PROCESSES.exists():
            return 0
        return len(os.listdir(PROCESSES / str(self.process.pid) / "fd"))

    def stop(self):
        self.process.terminate()
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


async def soak(codec, requests, say=print):
    """Raises `Wrong`, or AssertionError for what does not stay flat."""
    async with FaultyUpstream() as upstream:
        gateway = Gateway(codec, upstream.port)
        try:
            seeds = iter(range(requests))
            # Memory grows with what runs at once, and is not given back: a tenth of the requests shows how far.
            await crowd(gateway, seeds, requests // 10)
            memory, files = await settled(gateway, upstream)
            say(f"       after {requests // 10} requests: {memory} KiB, {files} descriptors")
            done = requests // 10
            while done < requests:
                count = min(20_000, requests - done)
                await crowd(gateway, seeds, count)
                done += count
                now, open_files = await settled(gateway, upstream)
                say(f"       after {done} requests: {now} KiB, {open_files} descriptors")
            assert now - memory < FLAT_MEMORY, f"memory grew from {memory} to {now} KiB"
            assert open_files - files < FLAT_FILES, f"descriptors grew from {files} to {open_files}"
            assert gateway.process.poll() is None
        except BaseException:
            say(gateway.log.read_text(errors="replace")[-2000:])
            raise
        finally:
            status = gateway.stop()
    assert status == 0, f"the gateway ended with {status}"


async def crowd(gateway, seeds, count):
    """So many requests by clients at once."""
    left = count

    async def one():
        nonlocal left
        client = Client(gateway.port)
        while left > 0:
            left -= 1
            await client.ask(next(seeds))
        await client.close()

    try:
        async with asyncio.TaskGroup() as clients:
            for _ in range(CLIENTS):
                clients.create_task(one())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def settled(gateway, upstream):
    """Memory and descriptors once no answer is on its way: nobody asks, so each connection upstream is idle or closed."""
    before = None
    for _ in range(300):
        now = gateway.files(), upstream.open
        if now == before:
            return gateway.resident_kib(), gateway.files() - upstream.open
        before = now
        await asyncio.sleep(0.2)
    raise Wrong(f"descriptors and connections do not settle: {before}")
