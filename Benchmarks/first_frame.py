"""Time to the first frame under each encoding, against a running `codec serve`.

    first_frame.py URL [--rounds N] [--format FORMAT] [--zstd-dict FILE]

Each round asks once for every encoding, in turning order, for a completion of one id over a connection that is kept, and
takes the time from the request to the first byte that comes out of the decompressor. Prints the medians, and how far each
is from identity in the same rounds. `--zstd-dict` is the dictionary that the server has for the format.
"""

import argparse
import http.client
import json
import statistics
import time
import urllib.parse
import zlib


def decompressors(dictionary):
    """What makes a decompressor, by encoding; those that this machine can read."""
    makers = {"identity": None, "gzip": lambda: zlib.decompressobj(wbits=31).decompress}
    try:
        import brotli

        makers["br"] = lambda: brotli.Decompressor().process
    except ImportError:
        pass
    if dictionary:
        import zstandard

        raw = zstandard.ZstdCompressionDict(dictionary)
        makers["zstd"] = lambda: zstandard.ZstdDecompressor(dict_data=raw).decompressobj().decompress
    return makers


def first_frame(connection, stream_format, encoding, maker):
    """Seconds from the request to the first decompressed byte; reads the answer to its end."""
    body = json.dumps({"prompt": "Once", "max_tokens": 1, "temperature": 0, "stream_format": stream_format})
    headers = {"Content-Type": "application/json", "Accept-Encoding": f"{encoding}, *;q=0"}
    decompress = maker() if maker else bytes
    started = time.perf_counter()
    connection.request("POST", "/v1/completions", body, headers)
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    assert answer.getheader("Content-Encoding", "identity") == encoding, (encoding, answer.getheaders())
    while not decompress(answer.read1(65536)):
        assert not answer.isclosed(), "the answer ended without a frame"
    elapsed = time.perf_counter() - started
    answer.read()
    return elapsed


def measure(url, rounds, stream_format="msgpack", dictionary=None):
    """For each encoding its median in ms, and the median of its differences from identity."""
    address = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=120)
    makers = decompressors(dictionary)
    names = list(makers)
    times = {name: [] for name in names}
    for number in range(-2, rounds):
        for step in range(len(names)):
            name = names[(number + step) % len(names)]
            elapsed = first_frame(connection, stream_format, name, makers[name])
            if number >= 0:
                times[name].append(1000 * elapsed)
    connection.close()
    return {
        name: (
            statistics.median(values),
            statistics.median(a - b for a, b in zip(values, times["identity"])),
        )
        for name, values in times.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--format", default="msgpack")
    parser.add_argument("--zstd-dict")
    arguments = parser.parse_args()
    dictionary = None
    if arguments.zstd_dict:
        with open(arguments.zstd_dict, "rb") as file:
            dictionary = file.read()
    print(f"{'encoding':10} {'median ms':>10} {'over identity':>14}")
    figures = measure(arguments.url, arguments.rounds, arguments.format, dictionary)
    for name, (median, difference) in figures.items():
        print(f"{name:10} {median:10.3f} {difference:14.3f}")


if __name__ == "__main__":
    main()
