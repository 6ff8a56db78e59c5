"""The texts: made deterministically, or taken from the conformance corpus where it is at hand."""

import pathlib
import random

#: Separates the documents of a batch; in no text.
SEPARATOR = "\x1e"
DOCUMENT_CHARACTERS = 8_000

WORST = {
    "letters": "a" * 200_000,
    "blanks": " " * 200_000,
    "CJK": "\u6f22\u5b57\u4eee\u540d\u4ea4\u3058\u308a\u6587" * 25_000,
    "digits": "7" * 200_000,
}


def fresh_text(seed, size=1_000_000):
    """Text that no one has seen: words made of syllables, most of them new in each text, punctuation and numbers."""
    generator = random.Random(f"fresh {seed}")
    syllables = [a + b + c for a in "bcdfghklmnprstvw" for b in "aeiou" for c in ("", "n", "r", "s", "l")]
    words = []
    length = 0
    while length < size:
        word = "".join(generator.choices(syllables, k=generator.randint(1, 4)))
        if generator.random() < 0.1:
            word = word.capitalize()
        if generator.random() < 0.05:
            word = str(generator.randint(0, 99999))
        words.append(word + generator.choice(["", "", "", "", ",", ".", "\n"]))
        length += len(words[-1]) + 1
    return " ".join(words)


def multilingual_text(size=1_000_000):
    """Words of letters from several scripts, for where the conformance corpus is missing."""
    generator = random.Random("multilingual")
    scripts = [(0x61, 0x7A), (0xE0, 0xFF), (0x3B1, 0x3C9), (0x430, 0x44F), (0x5D0, 0x5EA), (0x627, 0x64A),
               (0x905, 0x939), (0xE01, 0xE2E), (0x3041, 0x3096), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3)]
    words = [
        "".join(chr(generator.randint(*script)) for _ in range(generator.randint(1, 9)))
        for script in generator.choices(scripts, k=6_000)
    ]
    parts = []
    length = 0
    while length < size:
        parts.append(generator.choice(words) + generator.choice(["", "", "", ", ", ". ", "\n"]))
        length += len(parts[-1].encode()) + 1
    return " ".join(parts)


def repeated_text(root, patterns, size=1_000_000):
    """The repository's own files, repeated up to `size`."""
    files = sorted(path for pattern in patterns for path in pathlib.Path(root).glob(pattern))
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return (text * (size // len(text) + 1))[:size]


def corpus_texts(conformance):
    """Prose, code and multilingual text of about 1 MB each, by name."""
    folder = pathlib.Path(conformance or "/nonexistent", "corpus", "large")
    if folder.exists():
        names = ("prose", "code", "multilingual")
        return {name: (folder / f"{name}.txt").read_text(encoding="utf-8") for name in names}
    root = pathlib.Path(__file__).parents[2]
    return {
        "prose": repeated_text(root, ["*.md", "docs/*.md"]),
        "code": repeated_text(root, ["Sources/**/*.swift"]),
        "multilingual": multilingual_text(),
    }


def in_documents(text):
    """The text cut at line breaks (or where there are none, at any place) into documents of some kilobytes."""
    documents = []
    start = 0
    while start < len(text):
        end = text.find("\n", start + DOCUMENT_CHARACTERS // 2, start + DOCUMENT_CHARACTERS) + 1
        end = end or start + DOCUMENT_CHARACTERS
        documents.append(text[start:end])
        start = end
    return SEPARATOR.join(documents)


class Folder:
    """Writes texts to files, each once, and gives their paths."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def file(self, name, text):
        path = self.path / f"{name}.txt"
        if not path.exists():
            path.write_bytes(text.encode())
        return path
