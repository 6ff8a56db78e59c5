"""Writes tiny.json, tiny.json.gz and tiny.index.json: a byte-level map of 300 tokens, trained on the text below."""
import collections, gzip, hashlib, json, pathlib, re

TEXT = "the stream of tokens goes on; the reader reads what the writer wrote, token by token. über größe «ſ» 日本"

def alphabet():
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    rest = [b for b in range(256) if b not in keep]
    return {b: chr(b) for b in keep} | {b: chr(256 + i) for i, b in enumerate(rest)}

def train(count):
    table = alphabet()
    words = [[table[b] for b in word.encode()] for word in re.findall(r" ?\S+", TEXT)]
    merges = []
    while len(merges) < count:
        pairs = collections.Counter(p for w in words for p in zip(w, w[1:]))
        left, right = max(pairs, key=lambda p: (pairs[p], p))
        merges.append((left, right))
        for i, word in enumerate(words):
            merged = []
            for piece in word:
                if merged and (merged[-1], piece) == (left, right):
                    merged[-1] = left + right
                else:
                    merged.append(piece)
            words[i] = merged
    return merges

here = pathlib.Path(__file__).parent
specials = {"<|end|>": 0, "<tool_call>": 1, "</tool_call>": 2, "<|\u0007 \"quoted\"|>": 300}
merges = train(41)
ordinary = list(alphabet().values()) + [left + right for left, right in merges]
vocab = {token: 3 + i for i, token in enumerate(ordinary)} | {"<|end|>": 0, "<tool_call>": 1, "</tool_call>": 2}
document = {
    "id": "tests/tiny-1.0", "version": "2", "vocab_size": len(vocab), "vocab": dict(sorted(vocab.items())),
    "encoder": "byte_level", "merges": [" ".join(m) for m in merges],
    "pre_tokenizer_pattern": "'s|'t| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
    "pre_tokenizer_program": {"version": 1, "ops": [
        {"op": "literals", "patterns": ["'s", "'t"]}, {"op": "letters", "lead_space": True},
        {"op": "numbers", "lead_space": True}, {"op": "punct_run", "lead_space": True},
        {"op": "trailing_ws"}, {"op": "ws_run"}]},
    "special_tokens": specials,
    "tool_calling": {"convention": "qwen25", "args_format": "json", "result_format": "text",
                     "markers": {"end": "</tool_call>", "start": "<tool_call>"}},
    "zstd_dictionaries": [{"format": "msgpack", "url": "https://example.com/d.zdict", "hash": "sha256:" + "0f" * 32,
                           "size_bytes": 16384}],
    "_note": {"ignored": [1, 2.5e-3, None, {"deep": [[]]}]}, "published_at": "2026-05-06T07:10:32.358Z",
}
data = json.dumps(document, indent=2).encode()
(here / "tiny.json").write_bytes(data)
(here / "tiny.json.gz").write_bytes(gzip.compress(data, 9, mtime=0))
(here / "tiny.index.json").write_text(json.dumps({
    "sha256": hashlib.sha256(data).hexdigest(), "vocab": vocab, "merges": document["merges"], "special_tokens": specials}))
