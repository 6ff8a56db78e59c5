"""The peers, each in the fastest way that its documentation offers from Python.

A class loads from a folder with the files of `formats.py`. Outside the measured time, `text` and `documents` read a file in
the form that the peer likes best, and `ids` turns what it gave, in whatever form costs it least, into an array.
`NotImplementedError` says that a peer cannot load this map.
"""

import concurrent.futures
import os

import numpy

from tokenizer_bench.texts import SEPARATOR

PEERS = {}


def peer(kind):
    PEERS[kind.name] = kind
    return kind


class Peer:
    """What most peers have: a `tokenizer` with `encode` and `decode`. A batch is a thread pool around `encode`."""

    #: Imported before the clock starts.
    modules = ()
    #: What encode returns; said in the report.
    gives = "list"

    def __init__(self, folder, document):
        raise NotImplementedError

    def text(self, path):
        return path.read_bytes().decode()

    def documents(self, path):
        return path.read_bytes().decode().split(SEPARATOR)

    def encode(self, text):
        return self.tokenizer.encode(text)

    def encode_batch(self, texts):
        """All texts on all cores."""
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(self.encode, texts))

    def decode(self, ids):
        """Bytes or str."""
        return self.tokenizer.decode(ids)

    def ids(self, encoded):
        return numpy.asarray(encoded, dtype=numpy.uint32)

    def batch_ids(self, encoded):
        return numpy.concatenate([self.ids(part) for part in encoded])

    #: What decode takes: a list unless a peer borrows arrays.
    def decodable(self, ids):
        return ids.tolist()


class FlatPeer(Peer):
    """Gives the ids of any number of texts as bytes."""

    gives = "bytes (encode_batch_flat)"

    def encode(self, text):
        return self.tokenizer.encode_batch_flat([text])[0]

    def encode_batch(self, texts):
        return self.tokenizer.encode_batch_flat(texts)[0]

    def ids(self, encoded):
        return numpy.frombuffer(encoded, dtype="<u4")

    batch_ids = ids


def only_for(document, *names):
    name = document["id"].split("/")[-1]
    if name not in names:
        raise NotImplementedError(f"has no way to load {document['id']}")
    return name


@peer
class Tiktoken(Peer):
    """The reference for byte_level maps."""

    name = "tiktoken"
    modules = ("tiktoken", "tiktoken.load")
    gives = "numpy (encode_to_numpy)"

    def __init__(self, folder, document):
        import tiktoken
        import tiktoken.load

        if document["encoder"] != "byte_level":
            raise NotImplementedError("byte_level maps only")
        name = document["id"].split("/")[-1]
        self.encoding = tiktoken.Encoding(
            "map", pat_str=document["pre_tokenizer_pattern"],
            mergeable_ranks=tiktoken.load.load_tiktoken_bpe(str(folder / f"{name}.tiktoken")),
            special_tokens=document["special_tokens"])

    def encode(self, text):
        return self.encoding.encode_to_numpy(text, disallowed_special=())

    def decode(self, ids):
        return self.encoding.decode_bytes(ids)


@peer
class HuggingFace(Peer):
    """The reference for metaspace maps."""

    name = "tokenizers"
    modules = ("tokenizers",)
    gives = "Encoding (encode_batch_fast)"

    def __init__(self, folder, document):
        import tokenizers

        self.tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))

    def encode(self, text):
        return self.tokenizer.encode_batch_fast([text], add_special_tokens=False)[0]

    def encode_batch(self, texts):
        return self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)

    def ids(self, encoded):
        return numpy.asarray(encoded.ids, dtype=numpy.uint32)

    def decode(self, ids):
        return self.tokenizer.decode(ids, skip_special_tokens=False)


@peer
class Gigatoken(Peer):
    name = "gigatoken"
    modules = ("gigatoken", "awkward", "numpy")
    gives = "numpy"

    def __init__(self, folder, document):
        import gigatoken

        self.bytes_source = gigatoken.BytesSource
        ranks = folder / "cl100k_base.tiktoken"
        if ranks.exists():
            self.tokenizer = gigatoken.Tokenizer.from_tiktoken(ranks)
        else:
            self.tokenizer = gigatoken.Tokenizer(folder / "tokenizer.json")

    def text(self, path):
        return path.read_bytes()

    def documents(self, path):
        return self.bytes_source(path.read_bytes(), SEPARATOR)

    def encode_batch(self, texts):
        return self.tokenizer.encode_batch(texts)

    def batch_ids(self, encoded):
        import awkward

        return awkward.to_numpy(awkward.flatten(encoded))

    def decodable(self, ids):
        return ids


@peer
class Fastokens(FlatPeer):
    name = "fastokens"
    modules = ("fastokens",)

    def __init__(self, folder, document):
        import fastokens

        ranks = folder / "cl100k_base.tiktoken"
        if ranks.exists():
            self.tokenizer = fastokens.Tokenizer.from_tiktoken(str(ranks), encoding="cl100k_base")
        else:
            self.tokenizer = fastokens.Tokenizer.from_file(str(folder / "tokenizer.json"))


@peer
class Splintr(FlatPeer):
    name = "splintr-rs"
    modules = ("splintr",)
    gives = "bytes (encode_flat)"

    def __init__(self, folder, document):
        import splintr

        self.tokenizer = splintr.from_json(str(folder / "tokenizer.json"))

    def encode(self, text):
        return self.tokenizer.encode_flat(text)


@peer
class Tokie(Peer):
    """Fastest where it reads a file itself, which the measured time then has in it."""

    name = "tokie"
    modules = ("tokie",)
    gives = "numpy (encode_files)"

    def __init__(self, folder, document):
        import tokie

        self.tokenizer = tokie.Tokenizer.from_json(str(folder / "tokenizer.json"))

    def text(self, path):
        return str(path)

    documents = text

    def encode(self, text):
        return self.tokenizer.encode_files([text], separator=SEPARATOR.encode())[0]

    encode_batch = encode

    def ids(self, encoded):
        return encoded

    batch_ids = ids

    def decode(self, ids):
        return self.tokenizer.decode_bytes(ids)


@peer
class BpeOpenAI(Peer):
    """Its own copy of the vocabulary: other maps than cl100k_base and o200k_base cannot be loaded."""

    name = "bpe-openai"
    modules = ("bpe_openai._bindings",)

    def __init__(self, folder, document):
        from bpe_openai import _bindings

        self.tokenizer = _bindings.tokenizer_for_encoding(only_for(document, "cl100k_base", "o200k_base"))


@peer
class RsBpe(Peer):
    """Its own copy of the vocabulary: other maps than cl100k_base and o200k_base cannot be loaded."""

    name = "rs-bpe"
    modules = ("rs_bpe.bpe",)

    def __init__(self, folder, document):
        from rs_bpe.bpe import openai

        self.tokenizer = getattr(openai, only_for(document, "cl100k_base", "o200k_base"))()
        self.options = openai.ParallelOptions(min_batch_size=2, chunk_size=8, max_threads=0)

    def encode_batch(self, texts):
        return self.tokenizer.encode_batch_parallel(texts, self.options)[0]
