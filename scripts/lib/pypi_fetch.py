"""Fetches one pinned file from the Python package index that pip uses here.

usage: pypi_fetch.py PROJECT FILENAME SHA256 DESTINATION

The index is pip's own: PIP_INDEX_URL, then `pip config`, then pip's built-in default. The file is written
under a temporary name, compared with SHA256, and only then renamed to DESTINATION.
"""

import hashlib
import html.parser
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

ATTEMPTS = 3
BLOCK = 1 << 20


def pip_output(*arguments):
    command = [sys.executable, "-m", "pip", *arguments]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return result.stdout.decode().strip()


def index_url():
    configured = os.environ.get("PIP_INDEX_URL") or pip_output("config", "get", "global.index-url")
    if configured:
        return configured
    try:
        from pip._internal.models.index import PyPI
    except ImportError:
        sys.exit(f"error: {sys.executable} has no pip; install it (Debian: apt-get install python3-pip)")
    return PyPI.simple_url


class Links(html.parser.HTMLParser):
    """File name -> address, of the links on a project's page."""

    def __init__(self, page):
        super().__init__()
        self.page = page
        self.files = {}

    def handle_starttag(self, tag, attributes):
        address = dict(attributes).get("href")
        if tag == "a" and address:
            address = urllib.parse.urljoin(self.page, address)
            name = urllib.parse.urlparse(address).path.rsplit("/", 1)[-1]
            self.files[urllib.parse.unquote(name)] = address


def tls_context():
    certificates = os.environ.get("PIP_CERT") or pip_output("config", "get", "global.cert")
    return ssl.create_default_context(cafile=certificates or None)


def show_progress(name, done, total):
    if sys.stderr.isatty():
        of = f" of {total >> 20}" if total else ""
        sys.stderr.write(f"\r  {name}: {done >> 20}{of} MB")


def download(address, name, destination, context):
    """Writes the file and answers its sha256."""
    digest = hashlib.sha256()
    done = 0
    with urllib.request.urlopen(address, timeout=180, context=context) as response:
        total = int(response.headers.get("Content-Length") or 0)
        while block := response.read(BLOCK):
            destination.write(block)
            digest.update(block)
            done += len(block)
            show_progress(name, done, total)
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    return digest.hexdigest()


def fetch(project, name, sha256, destination):
    context = tls_context()
    page = index_url().rstrip("/") + "/" + re.sub(r"[-_.]+", "-", project).lower() + "/"
    with urllib.request.urlopen(page, timeout=180, context=context) as response:
        links = Links(response.geturl())
        links.feed(response.read().decode())
    if name not in links.files:
        sys.exit(f"error: the package index has no file {name} for {project}")
    address = urllib.parse.urldefrag(links.files[name]).url
    folder = os.path.dirname(os.path.abspath(destination))
    os.makedirs(folder, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
        try:
            found = download(address, name, part, context)
            part.close()
            if found != sha256:
                sys.exit(f"error: {name} has sha256 {found}, expected {sha256}")
            os.replace(part.name, destination)
        finally:
            if os.path.exists(part.name):
                os.unlink(part.name)


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__.strip())
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return fetch(*sys.argv[1:])
        except OSError as error:
            if attempt == ATTEMPTS:
                sys.exit(f"error: cannot fetch {sys.argv[2]}: {error}")
            print(f"  {error}; trying again", file=sys.stderr)
            time.sleep(attempt)


if __name__ == "__main__":
    main()
