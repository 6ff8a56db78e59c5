"""Frames of one id against Python's fastest msgpack library and the published client, alternating runs."""

import argparse
import asyncio
import time

import msgspec
from codecai import decode_msgpack_stream, decode_protobuf_stream

from worker import Worker, summary


def protobuf_frame(token, done):
    varint = bytearray()
    while token > 127:
        varint.append(token & 127 | 128)
        token >>= 7
    varint.append(token)
    message = b"\x0a" + bytes([len(varint)]) + bytes(varint)
    if done:
        message += b"\x10\x01\x1a\x06length"
    return len(message).to_bytes(4, "big") + message


async def collect(decode, body):
    async def chunks():
        yield body

    return [token async for frame in decode(chunks()) for token in frame.ids]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--worker", required=True)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--count", type=int, default=200_000)
    arguments = parser.parse_args()
    count = arguments.count
    ids = [index * 7_919 % 100_000 for index in range(count)]
    frames = [{"ids": [token], "done": False} for token in ids[:-1]]
    frames.append({"ids": [ids[-1]], "done": True, "finish_reason": "length"})
    encoder = msgspec.msgpack.Encoder()
    worker = Worker(arguments.worker)
    print("ns a frame of one id, median of %d alternating runs; ratio = peer's time / ours\n" % arguments.runs)
    print("| work | ours | peer | | ratio (range) |\n|---|---:|---|---:|---:|")
    for name, peer, decode in (
        ("msgpack", "msgspec", decode_msgpack_stream),
        ("protobuf", "by hand", decode_protobuf_stream),
    ):
        writes, reads = ([], []), ([], [])
        for _ in range(arguments.runs):
            answer = worker.ask("frames", name, count)
            assert answer.get("count") == count, answer
            start = time.perf_counter_ns()
            if name == "msgpack":
                body = b"".join(map(encoder.encode, frames))
            else:
                body = b"".join(protobuf_frame(token, index == count - 1) for index, token in enumerate(ids))
            wrote = time.perf_counter_ns() - start
            assert len(body) == answer["bytes"], (len(body), answer["bytes"])
            start = time.perf_counter_ns()
            read = asyncio.run(collect(decode, body))
            took = time.perf_counter_ns() - start
            assert read == ids
            writes[0].append(answer["encode_ns"] / count)
            writes[1].append(wrote / count)
            reads[0].append(answer["decode_ns"] / count)
            reads[1].append(took / count)
        for work, (ours, theirs), who in (("write", writes, peer), ("read", reads, "codecai")):
            ratios = [b / a for a, b in zip(ours, theirs)]
            print("| %s %s | %.1f | %s | %.0f | %.0f (%.0f to %.0f) |" % (
                work, name, summary(ours)[0], who, summary(theirs)[0], *summary(ratios)))
    # Nobody else speaks these.
    for name in ("msgpack-delta", "protobuf-delta", "compact"):
        answers = [worker.ask("frames", name, count) for _ in range(arguments.runs)]
        assert all(answer["count"] == count for answer in answers), answers
        for work, key in (("write", "encode_ns"), ("read", "decode_ns")):
            print("| %s %s | %.1f | | | |" % (work, name, summary([answer[key] / count for answer in answers])[0]))
    worker.close()


main()
