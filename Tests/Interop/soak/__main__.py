"""python -m soak --codec PROGRAM [--requests N], in Tests/Interop."""

import argparse
import asyncio

from soak.run import soak

parser = argparse.ArgumentParser()
parser.add_argument("--codec", required=True)
parser.add_argument("--requests", type=int, default=100_000)
options = parser.parse_args()
asyncio.run(soak(options.codec, options.requests))
print(f"soak: {options.requests} requests, all answered as they must be; memory and descriptors flat")
