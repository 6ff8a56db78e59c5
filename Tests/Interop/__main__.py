"""Runs the interoperability tests: python Tests/Interop --codec PROGRAM --model FILE.gguf [--clients FOLDER] [NAME…]

NAMEs choose tests whose name contains one of them. FOLDER is the virtual environment with the agents; with it, their
tests run too.
"""

import argparse
import signal

import harness
import test_agents  # noqa: F401: importing a module adds its tests
import test_anthropic  # noqa: F401
import test_bad_requests  # noqa: F401
import test_codecai  # noqa: F401
import test_command  # noqa: F401
import test_conformance  # noqa: F401
import test_dictionaries  # noqa: F401
import test_encodings  # noqa: F401
import test_gateway  # noqa: F401
import test_load  # noqa: F401
import test_openai  # noqa: F401
import test_responses  # noqa: F401
import test_soak  # noqa: F401


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--codec", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--clients")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    tests = harness.TESTS + (harness.LONG_TESTS if options.clients else [])
    chosen = [t for t in tests if not options.names or any(n in t.__name__ for n in options.names)]
    if not chosen:
        parser.error("no test has such a name")
    harness.TESTS[:] = chosen
    signal.signal(signal.SIGTERM, harness.end_with_the_server)
    server = harness.Server(options.codec, options.model, clients=options.clients)
    try:
        failed = harness.run(server)
    finally:
        status = server.stop()
        log = server.read_log()
    if status != 0:
        failed += 1
        print(f"FAILED the server ended with {status}:\n{log[-4000:]}")
    print(f"interop: {len(chosen) + 1 - failed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


main()
