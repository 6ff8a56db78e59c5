"""The models' own tokenizers: each gives the ids of texts, plain and with special tokens parsed.

`vocabulary`: the texts of tokens that are texts alone; `special_tokens`: names. `modes`: what it can do. `newest`: whether
it knows Unicode as new as ours (one that normalizes with Python's tables does not).
"""

import base64
import hashlib
import json
import threading
import unicodedata

import sentencepiece
import tiktoken
import tokenizers
from tiktoken_ext import openai_public
from tokenizers import models, normalizers, pre_tokenizers


#: While tiktoken's way to load ranks is replaced.
OFFICIAL_LOCK = threading.Lock()


class Tiktoken:
    newest = True

    def __init__(self, encoding, modes=("plain", "parse"), first_id=0):
        self.encoding, self.modes, self.first_id = encoding, modes, first_id
        self.special_tokens = sorted(encoding.special_tokens_set)
        self.vocabulary = texts_of(encoding.token_byte_values())

    def encode_all(self, texts, mode):
        if mode == "plain":
            found = self.encoding.encode_ordinary_batch(texts, num_threads=2)
        else:
            found = self.encoding.encode_batch(texts, num_threads=2, allowed_special="all")
        if self.first_id:
            found = [[token + self.first_id for token in ids] for ids in found]
        return found


class NormalizedTiktoken(Tiktoken):
    """NFC before everything, as the Qwen package does."""

    newest = False

    def encode_all(self, texts, mode):
        return super().encode_all([unicodedata.normalize("NFC", text) for text in texts], mode)


class HuggingFace:
    """`make`: gives a tokenizer without added tokens; `added`: those of the special mode, by `tokenizers.AddedToken`."""

    newest = True
    modes = ("plain", "parse")

    def __init__(self, make, added, ids):
        self.tokenizers = {"plain": make(), "parse": make()}
        self.tokenizers["parse"].add_special_tokens(added)
        self.special_tokens = [token.content for token in added]
        for name, number in ids.items():
            found = self.tokenizers["parse"].token_to_id(name)
            assert found == number, f"{name} has id {found} in the reference, {number} in the map"
        plain = self.tokenizers["plain"]
        alphabet = byte_alphabet()
        vocabulary = plain.get_vocab(with_added_tokens=False)
        if plain.normalizer is None:
            self.vocabulary = texts_of(bytes(alphabet.get(c, 0x3F) for c in token) for token in vocabulary)
        else:
            self.vocabulary = [token.replace("\u2581", " ") for token in sorted(vocabulary)]

    def encode_all(self, texts, mode):
        found = self.tokenizers[mode].encode_batch_fast(texts, add_special_tokens=False)
        return [encoding.ids for encoding in found]


class SentencePiece:
    """Never matches control symbols, always user-defined ones: there is no special mode."""

    newest = True
    modes = ("plain",)
    special_tokens = ["<s>", "</s>", "<unk>", "[INST]", "[/INST]", "[REFERENCE_DOC_3]", "<0x0A>"]

    def __init__(self, path):
        self.processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        pieces = map(self.processor.id_to_piece, range(self.processor.get_piece_size()))
        self.vocabulary = [piece.replace("\u2581", " ") for piece in pieces]

    def encode_all(self, texts, mode):
        return self.processor.encode(texts, out_type=int)


def byte_alphabet():
    """The GPT-2 alphabet: character to byte."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + i): byte for i, byte in enumerate(rest)}


def texts_of(tokens):
    """Those that are UTF-8."""
    texts = []
    for token in tokens:
        try:
            texts.append(token.decode())
        except UnicodeDecodeError:
            continue
    return sorted(texts)


def official(name, ranks):
    """tiktoken's own encoding of this name. `ranks`: the file that it would fetch; it must have the hash that it expects."""

    def load(_, expected_hash):
        assert hashlib.sha256(ranks).hexdigest() == expected_hash, f"not the official ranks of {name}"
        return {base64.b64decode(token): int(rank) for token, rank in map(bytes.split, ranks.splitlines())}

    with OFFICIAL_LOCK:
        openai_public.load_tiktoken_bpe = load
        parts = openai_public.ENCODING_CONSTRUCTORS[name]()
    # Two names of one id: a map has one, as the models' own files do.
    if name == "o200k_harmony":
        del parts["special_tokens"]["<|reserved_200018|>"]
    return Tiktoken(tiktoken.Encoding(**parts))


def ranks_of_map(document):
    """tiktoken's file of ranks, rebuilt from a map."""
    alphabet = byte_alphabet()
    lines = [
        base64.b64encode(bytes(alphabet[c] for c in token)) + b" %d\n" % number
        for token, number in sorted(document["vocab"].items(), key=lambda item: item[1])
        if token not in document["special_tokens"]
    ]
    return b"".join(lines)


def byte_level_tokenizer(document, steps, ignore_merges=False):
    """`steps`: pre-tokenizers."""
    merges = [tuple(merge.split(" ")) for merge in document["merges"]]
    model = models.BPE(document["vocab"] | document["special_tokens"], merges, ignore_merges=ignore_merges)
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    return tokenizer


def metaspace_tokenizer(document):
    """As Llama 2's `tokenizer.json` has it."""
    merges = [tuple(merge.split(" ")) for merge in document["merges"]]
    vocabulary = document["vocab"] | document["special_tokens"]
    tokenizer = tokenizers.Tokenizer(
        models.BPE(vocabulary, merges, byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    return tokenizer


def added_token(name, strip_left=False, strip_right=False):
    return tokenizers.AddedToken(name, normalized=False, special=True, lstrip=strip_left, rstrip=strip_right)


def hugging_face_file(path):
    """A `tokenizer.json` as it stands; its added tokens are matched in the special mode only."""
    document = json.loads(path.read_text(encoding="utf-8"))
    bare = json.dumps(document | {"added_tokens": []})
    reference = HuggingFace(lambda: tokenizers.Tokenizer.from_str(bare), [], {})
    reference.tokenizers["parse"] = tokenizers.Tokenizer.from_file(str(path))
    reference.special_tokens = [token["content"] for token in document["added_tokens"]]
    return reference


def tekken(path):
    """As `mistral_common` sets tiktoken up; it never matches special tokens in text."""
    document = json.loads(path.read_text(encoding="utf-8"))
    settings = document["config"]
    first = settings["default_num_special_tokens"]
    entries = document["vocab"][: settings["default_vocab_size"] - first]
    ranks = {base64.b64decode(entry["token_bytes"]): entry["rank"] for entry in entries}
    encoding = tiktoken.Encoding("tekken", pat_str=settings["pattern"], mergeable_ranks=ranks, special_tokens={})
    return Tiktoken(encoding, modes=("plain",), first_id=first)
