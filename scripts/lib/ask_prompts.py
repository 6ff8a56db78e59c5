"""Asks a server for completions of many prompts, so that it records them: `codec serve --record`.

usage: ask_prompts.py URL PROMPTS SEED [LIMIT [MAX_TOKENS]]

PROMPTS is a JSON file: forms of chat messages and of plain texts, and subjects that are put into them. Each subject is
asked for twice, in two forms; each request has a seed of its own, from SEED on. LIMIT: so many prompts at most.
"""

import http.client
import json
import queue
import random
import sys
import threading
import urllib.parse

ROUNDS = 2
PARALLEL = 8
TEMPERATURE = 0.8


def requests(prompts, seed):
    """(path, body) of each request; the same for the same prompts."""
    generator = random.Random(1)
    forms = [("chat", form) for form in prompts["chat"]] + [("text", form) for form in prompts["text"]]
    for _ in range(ROUNDS):
        subjects = prompts["subjects"][:]
        generator.shuffle(subjects)
        turns = []
        while len(turns) < len(subjects):
            turns += generator.sample(forms, len(forms))
        for (kind, form), subject in zip(turns, subjects):
            text = form.replace("{}", subject)
            body = {"temperature": TEMPERATURE, "seed": seed, "stream_format": "msgpack"}
            seed += 1
            if kind == "chat":
                yield "/v1/chat/completions", {**body, "messages": [{"role": "user", "content": text}]}
            else:
                yield "/v1/completions", {**body, "prompt": text}


def ask(host, jobs, failures):
    while True:
        try:
            path, body = jobs.get_nowait()
        except queue.Empty:
            return
        connection = http.client.HTTPConnection(host, timeout=3600)
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = response.read()
        if response.status != 200:
            failures.append(answer.decode(errors="replace"))
        connection.close()
        left = jobs.qsize()
        if left % 20 == 0:
            print(f"  {left} to go", file=sys.stderr)


def main():
    url, path, seed, *rest = sys.argv[1:]
    limit, most = (int(rest[0]) if rest else None), (int(rest[1]) if rest[1:] else 512)
    with open(path, encoding="utf-8") as file:
        every = list(requests(json.load(file), int(seed)))[:limit]
    jobs = queue.Queue()
    for path, body in every:
        jobs.put((path, {**body, "max_tokens": most}))
    failures = []
    host = urllib.parse.urlparse(url).netloc
    threads = [threading.Thread(target=ask, args=(host, jobs, failures)) for _ in range(PARALLEL)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        sys.exit(f"error: {len(failures)} of {len(every)} requests failed: {failures[0]}")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5, 6):
        sys.exit(__doc__.strip())
    main()
