"""The gateway before an engine that fails, with clients that leave: a short form of scripts/soak."""

from harness import test
from soak.run import soak

REQUESTS = 2_000


@test
async def gateway_soak(server):
    """2,000 requests by every API, faults and cancellations among them, leave memory and descriptors where they were."""
    await soak(server.codec, REQUESTS)
