"""Time to the first frame: from the request to the first byte of the body, which comes with a frame that can be read."""

import http.client
import json
import statistics
import time

#: Formats that are timed; each in every encoding that it can have.
FORMS = ("json-sse", "msgpack", "protobuf", "compact")
WARMING = 3


def ask(connection, form, encoding):
    """Seconds to the body's first byte; reads the answer to its end. None where the server has no such answer."""
    body = {"prompt": "Once", "max_tokens": 1, "temperature": 0, "stream": True}
    if form != "json-sse":
        body["stream_format"] = form
    headers = {"Content-Type": "application/json", "Codec-Client-Version": "0.5",
               "Accept-Encoding": f"{encoding}, *;q=0" if encoding != "identity" else encoding}
    content = json.dumps(body)
    started = time.perf_counter()
    connection.request("POST", "/v1/completions", content, headers)
    answer = connection.getresponse()
    first = answer.read(1)
    elapsed = time.perf_counter() - started
    answer.read()
    if answer.status == 406:
        return None
    if answer.status != 200 or not first or answer.getheader("Content-Encoding", "identity") != encoding:
        raise SystemExit(f"error: {form} {encoding}: {answer.status} {answer.getheaders()}")
    return elapsed


def measure(port, rounds, combinations):
    """(form, encoding) -> (median, median of the differences from identity in the same rounds), in milliseconds.

    Over one connection that is kept; every round asks for all of them, and begins with another one.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    asked = [pair for pair in combinations if pair[0] in FORMS and ask(connection, *pair) is not None]
    times = {pair: [] for pair in asked}
    for number in range(-WARMING, rounds):
        for step in range(len(asked)):
            pair = asked[(number + step) % len(asked)]
            elapsed = ask(connection, *pair)
            if number >= 0:
                times[pair].append(1000 * elapsed)
    connection.close()
    return {
        (form, encoding): (
            statistics.median(values),
            statistics.median(a - b for a, b in zip(values, times[form, "identity"])),
        )
        for (form, encoding), values in times.items()
    }
