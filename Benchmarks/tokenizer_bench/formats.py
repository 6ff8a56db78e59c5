"""A map in the forms that peers read: `tokenizer.json` of Hugging Face, and tiktoken's file of ranks."""

import base64
import gzip
import json
import pathlib


def byte_alphabet():
    """The GPT-2 alphabet: character to byte."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + i): byte for i, byte in enumerate(rest)}


def read_map(path):
    data = pathlib.Path(path).read_bytes()
    return json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)


def write_ranks(document, folder):
    """`NAME.tiktoken`: each ordinary token's bytes and id."""
    alphabet = byte_alphabet()
    path = folder / f"{document['id'].split('/')[-1]}.tiktoken"
    with path.open("w", encoding="ascii") as out:
        for token, number in sorted(document["vocab"].items(), key=lambda item: item[1]):
            if token not in document["special_tokens"]:
                octets = base64.b64encode(bytes(alphabet[c] for c in token)).decode()
                out.write(f"{octets} {number}\n")
    return path


def hugging_face(document):
    """The `tokenizers.Tokenizer` of a byte_level map with one pattern, or of a metaspace map as Llama 2 has it."""
    import tokenizers
    from tokenizers import decoders, models, normalizers, pre_tokenizers

    merges = [tuple(merge.split(" ")) for merge in document["merges"]]
    if document["encoder"] == "byte_level":
        tokenizer = tokenizers.Tokenizer(models.BPE(document["vocab"], merges))
        pattern = tokenizers.Regex(document["pre_tokenizer_pattern"])
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Split(pattern, behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ])
        tokenizer.decoder = decoders.ByteLevel()
    else:
        model = models.BPE(document["vocab"], merges, byte_fallback=True, fuse_unk=True, unk_token="<unk>")
        tokenizer = tokenizers.Tokenizer(model)
        tokenizer.normalizer = normalizers.Sequence([
            normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
        tokenizer.decoder = decoders.Sequence([
            decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return tokenizer


def write_all(document, folder):
    """Writes `map.json`, `facts.json` (the map without its big tables), `tokenizer.json` and, for a byte_level map,
    the ranks."""
    (folder / "map.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    facts = {key: value for key, value in document.items() if key not in ("vocab", "merges")}
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    hugging_face(document).save(str(folder / "tokenizer.json"))
    if document["encoder"] == "byte_level":
        write_ranks(document, folder)
