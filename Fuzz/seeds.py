#!/usr/bin/env python3
"""Writes the corpus that each fuzz target starts from, made of the tests' fixtures: seeds.py <target> <folder>"""
import base64
import json
import pathlib
import re
import struct
import sys

FIXTURES = pathlib.Path(__file__).parent.parent / "Tests"


def cases(name):
    text = (FIXTURES / "CodecCoreTests/Fixtures" / name).read_text()
    return [json.loads(line) for line in text.splitlines()]


def frames(form):
    for name in ("frames-valid.jsonl", "frames-invalid.jsonl", "frames-ambiguous.jsonl"):
        for number, case in enumerate(cases(name)):
            if case["format"] == form and len(case["hex"]) <= 2000:
                yield bytes([number % 256]) + bytes.fromhex(case["hex"])


def packed(value):
    return bytes([0xA0 | len(value)]) + value.encode()


def message_pack_frames():
    yield from frames("msgpack")
    delta = packed("base_id") + b"\xcd\x03\xe7" + packed("ids_delta") + b"\x93\x04\xcc\x81\xcf\0\0\0\1\xff\xff\xf8\x30"
    yield b"\x03\x83" + delta + packed("done") + b"\xc3"
    yield b"\x07\x84" + packed("done") + b"\xc3" + packed("finish_reason") + packed("length") + delta


def protobuf_frames():
    yield from frames("protobuf")
    yield bytes([3]) + bytes.fromhex("000000080a04d00f04052800" "0000000f0a0ab0f0ffff1ffdffffff1f28e707" "0000000410012800")


def compact_frames():
    calls = b"\x91\x82" + packed("name") + packed("f") + packed("arguments_json") + packed("{}")
    stream = bytes.fromhex("02ad020a0b0c0d0e0f10ffff7f8080808010") + bytes([0, 2, len(calls)]) + calls + b"\7\0\x63\2xy\x81\2\0\1\6length"
    for size in (0, 64, 200, 255):
        yield bytes([size, 5]) + stream
        yield bytes([size, 29]) + stream[:-9] * 3 + b"\0\1\0"


def rank_tables():
    for table in ("00", "03" "0702ac02", "05" "0001020304", "02" "05ffff3f"):
        yield bytes.fromhex(table)


def tool_calls():
    for body in (
        '[{"name": "a", "arguments": {"x": "\\u00e9\\ud83d\\ude00", "y": [1, -2.5e3, true, null]}, "id": "1"}, {}]',
        "f(a='x\\'y', b=[1, (2, 3)], c={'k': None}), g.call(q=\"\\n\")", "```json\n{'name': f, 'args': {a: 01,},}\n```",
        "<｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{\"a\": 1}\n```<｜tool▁call▁end｜>", "<function=f>{}</function>",
        "[TOOL_CALLS]f[CALL_ID]abc[ARGS]{\"a\": {\"b\": [}]}", '{"tool_calls":[{"type":"function","function":{"name":"f"}}]}',
    ):
        yield body.encode()


def requests():
    for case in cases("frames-requests.jsonl"):
        yield b"\0" + bytes.fromhex(case["msgpack"])
        yield b"\1" + bytes.fromhex(case["protobuf"])


def maps():
    tiny = (FIXTURES / "CodecMapsTests/Fixtures/tiny.json").read_bytes()
    document = json.loads(tiny)
    document["vocab"] = dict(list(document["vocab"].items())[-12:])
    document["merges"] = document["merges"][:3]
    yield json.dumps(document).encode()
    yield json.dumps(document, ensure_ascii=False, indent=1).encode()
    document |= {"pre_tokenizer_splits": ["a", "b"], "whole_pieces": True, "eos_token_id": 0, "byte_fallback_start": 9,
                 "byte_fallback_end": 264}
    yield json.dumps(document).encode()
    yield b'{"id":"a","version":"1","vocab_size":2,"tokens":{"0":"a\\ud83d\\ude00","7":"a"},"special_tokens":{"<s>":9}}'
    yield b' [1.5e-3, -0, true, null, "\\u00e9\xc3\xa9\\n", {"": [[]]}] '


def models():
    def text(value):
        return struct.pack("<Q", len(value.encode())) + value.encode()

    def pair(key, kind, body):
        return text(key) + struct.pack("<I", kind) + body

    def strings(values):
        return struct.pack("<IQ", 8, len(values)) + b"".join(map(text, values))

    pairs = [
        pair("general.basename", 8, text("tiny")),
        pair("tokenizer.ggml.model", 8, text("gpt2")),
        pair("tokenizer.ggml.pre", 8, text("smollm")),
        pair("tokenizer.ggml.tokens", 9, strings(["<|e|>", "a", "b", "ab", "\u0120"])),
        pair("tokenizer.ggml.token_type", 9, struct.pack("<IQ5i", 5, 5, 3, 1, 1, 1, 4)),
        pair("tokenizer.ggml.merges", 9, strings(["a b"])),
        pair("tokenizer.ggml.eos_token_id", 4, struct.pack("<I", 0)),
    ]
    odd = [pair(f"odd.{kind}", kind, bytes(size)) for kind, size in enumerate([1, 1, 2, 2, 4, 4, 4, 1]) if size]
    odd += [pair("nested", 9, struct.pack("<IQIQ2B", 9, 1, 0, 2, 1, 2)), pair("f64", 12, bytes(8))]
    for group in (pairs, odd, pairs + odd):
        yield b"GGUF" + struct.pack("<IQQ", 3, 0, len(group)) + b"".join(group)


def tokenizer_files():
    stages = [
        {"type": "Split", "pattern": {"Regex": "\\p{N}"}, "behavior": "Isolated", "invert": False},
        {"type": "Punctuation", "behavior": "Contiguous"}, {"type": "ByteLevel", "add_prefix_space": True, "use_regex": True},
        {"type": "Digits", "individual_digits": True},
    ]
    metaspace = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first", "split": False}
    prefix = {"type": "Sequence", "normalizers": [
        {"type": "NFC"}, {"type": "Prepend", "prepend": "\u2581"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}
    added = [{"id": 3, "content": "<s>", "special": True, "lstrip": True}, {"id": 9, "content": "  ", "special": False}]
    vocab = {"a": 0, "b": 1, "ab": 2, "<s>": 3, "\u2581": 4, "<unk>": 5, "\u0120": 6}
    for normalizer, pre, merges in (
        (None, {"type": "Sequence", "pretokenizers": stages}, ["a b"]), (None, metaspace, [["a", "b"]]), (prefix, None, []),
    ):
        yield b"\0" + json.dumps({
            "added_tokens": added, "normalizer": normalizer, "pre_tokenizer": pre,
            "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {}}]},
            "model": {"type": "BPE", "unk_token": None, "ignore_merges": False, "vocab": vocab, "merges": merges},
        }).encode()
    tokens = [bytes([byte]) for byte in range(256)] + [b"ab", b"the", b"th", b"  "]
    encoded = [base64.b64encode(token).decode() for token in tokens]
    yield b"\1" + "".join(f"{text} {rank}\n" for rank, text in enumerate(encoded)).encode()
    yield b"\2" + json.dumps({
        "config": {"pattern": ".", "default_vocab_size": 282, "default_num_special_tokens": 24},
        "vocab": [{"rank": rank, "token_bytes": text} for rank, text in enumerate(encoded)],
        "special_tokens": [{"rank": 0, "token_str": "<s>"}],
    }).encode()

    def field(number, body):
        return bytes([number << 3 | 2, len(body)]) + body

    pieces = [("<unk>", 0, 2), ("<s>", 0, 3), ("a", -9, 1), ("b", -9, 1), ("ab", -1, 1), ("\u2581", -9, 1), ("[X]", 0, 4),
              ("\u2581" * 2, -5, 1), ("\u2581" * 3, -5, 1)]
    yield b"\3" + b"".join(
        field(1, field(1, text.encode()) + b"\x15" + struct.pack("<f", score) + bytes([0x18, kind]))
        for text, score, kind in pieces
    ) + field(2, bytes([0x18, 2])) + field(3, bytes([0x18, 1, 0x20, 0]))


PATTERNS = [
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|\p{N}",
    r"[!-/:-@\[-`{-~][A-Za-z]+|\d+|(?:ab)*|x{2,5}?|.",
    r"[\p{Han}]+|[\p{Lu}\p{M}&&[^\p{Han}]]*[a-z[0-9]]++(?!\S|$)|(?:\p{L}\p{M}*(?: \p{L})*?)+x?|(?:ab|c){1,3}?b$",
]
TEXTS = [
    "the theme's ab abab\n\n 123,456", "größe Ωmega 日本語 👩‍👧", "<|end|>these <|end|><|en", "    \t\n  = == ====",
    "\x00\x01\x7f\x85\xa0\u2028\u3000\ufeff\uffff", "ab" * 100,
]


def texts():
    for number in range(3):
        for text in TEXTS:
            yield bytes([number]) + text.encode()
    yield b"\0\xff\xe2\x82\xf0\x9f\xed\xa0\x80"


def watched():
    for number in range(4):
        yield bytes([number, 3, 1]) + bytes([7, 1, 5, 6, 2, 8, 1, 5, 1, 6, 2, 1, 5, 6, 7, 8, 2, 3, 9, 4])
        yield bytes([number, 90, 33]) + bytes([255, 7, 1, 255, 2, 255, 3, 4, 255, 1])


def small_documents():
    for line in (FIXTURES / "CodecMapsTests/Fixtures/policies.jsonl").read_text().strip().split("\n"):
        yield json.dumps(json.loads(line)["descriptor"], ensure_ascii=False).encode()
    pointer = {"id": "a/b", "url": "https://[::1]:8080/b.json?x#y", "hash": "sha256:" + 64 * "a", "published_at": "2026"}
    version = {"minimum_version": "0.4", "required_features": ["x"], "docs_url": "http://a.b/", "deployment_id": "d"}
    for document in (pointer, {"codec_version": "0.2", "maps": [pointer, pointer]}, version | {"valid_until": "2027"},
                     version | {"error": "codec_version_required", "client_version": "0.2"}):
        yield json.dumps(document).encode()


def translated():
    for number in range(25):
        for text in TEXTS[:4]:
            yield bytes([number, 2]) + text.encode()[:120]
        yield bytes([number, 0]) + bytes(range(0x61, 0x69)) + bytes(range(0xC0, 0x100))


def compressed():
    streams = json.loads((FIXTURES / "CodecCompressionTests/Fixtures/streams.json").read_text())
    for number, stream in enumerate(streams["streams"] + streams["damaged"]):
        coding = ("gzip", "br", "zstd").index(stream["encoding"])
        yield bytes([3 * (number * 7 % 85) + coding]) + bytes.fromhex(stream["hex"])[:4000]


#: The APIs as the targets number them.
COMPLETIONS, CHAT, RESPONSES, MESSAGES = range(4)


def literals(*paths):
    """The JSON objects in one line that tests have."""
    for path in paths:
        yield from re.findall(r'#"(\{.*\})"#', (FIXTURES / "CodecAPITests" / path).read_text())


def dialect_requests():
    message = {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "data:"}}]}
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    chat = {
        "model": "m", "messages": [message, {"role": "assistant", "tool_calls": [call]},
                                   {"role": "tool", "tool_call_id": "c", "content": "r"}],
        "tools": [tool, {"type": "custom", "custom": {"name": "g"}}], "tool_choice": "auto", "stop": ["x"], "top_k": 1,
        "stream": True, "stream_options": {"include_usage": True, "flush_ms": 1}, "logprobs": True, "logit_bias": {"1": 2},
        "response_format": {"type": "json_schema", "json_schema": {"schema": {}}}, "reasoning_effort": "low",
    }
    responses = {
        "model": "m", "instructions": "i", "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "a"}]},
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "s"}], "encrypted_content": "e"},
            {"type": "function_call", "call_id": "c", "name": "f", "namespace": "n", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": "r"},
            {"type": "custom_tool_call", "call_id": "d", "name": "g", "input": "x"},
        ],
        "tools": [{"type": "function", "name": "f", "parameters": {}}, {"type": "custom", "name": "g"},
                  {"type": "namespace", "name": "n", "tools": [{"type": "function", "name": "f"}]}],
        "text": {"format": {"type": "json_object"}}, "reasoning": {"effort": "low", "summary": "auto"}, "store": False,
    }
    completion = {"prompt": [1, 2], "max_tokens": 3, "suffix": "x", "user": "u"}
    for number, body in ((CHAT, chat), (COMPLETIONS, completion), (RESPONSES, responses)):
        yield bytes([number]) + json.dumps(body).encode()
    for text in literals("Messages/MessagesRequestReaderTests.swift", "Messages/MessagesRequestWriterTests.swift"):
        yield bytes([MESSAGES]) + text.encode()


def dialect_answers():
    stop = {"choices": [{"index": 0, "delta": {}, "text": "", "finish_reason": "stop"}]}
    usage = {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}
    call = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    for number, delta in enumerate((
        {"role": "assistant", "content": "a"}, {"reasoning": "r", "reasoning_content": "r"}, {"tool_calls": [call]},
        {"function_call": {"name": "f", "arguments": ""}}, {"refusal": "no"},
    )):
        first = {"choices": [{"index": 0, "delta": delta, "text": "a", "logprobs": {"content": [{"token": "a", "logprob": -1}]}}]}
        whole = usage | {"choices": [{"index": 0, "message": delta, "text": "a", "finish_reason": "stop"}]}
        yield bytes([number & 1]) + "\n".join([*map(json.dumps, (first, stop, usage)), "[DONE]"]).encode()
        yield bytes([number & 1]) + json.dumps(whole).encode()
    yield b"\0" + json.dumps({"error": {"message": "m", "type": "t"}}).encode()
    texts = list(literals("Messages/MessagesAnswerReaderTests.swift"))
    stream = [text for text in texts if '"type":"message"' not in text or "message_start" in text]
    for end in range(1, len(stream)):
        yield b"\2" + "\n".join(stream[:end]).encode()
    for text in texts:
        yield b"\2" + text.encode()


SEEDS = {
    "DialectRequests": dialect_requests,
    "DialectAnswers": dialect_answers,
    "Patterns": lambda: (pattern.encode() for pattern in PATTERNS),
    "Texts": texts,
    "MapDocuments": maps,
    "GGUFMetadata": models,
    "TokenizerFiles": tokenizer_files,
    "MessagePackFrames": message_pack_frames,
    "ProtobufFrames": protobuf_frames,
    "CompactFrames": compact_frames,
    "RankTables": rank_tables,
    "ToolCalls": tool_calls,
    "Requests": requests,
    "SmallDocuments": small_documents,
    "Decompressors": compressed,
    "Translation": translated,
    "Watcher": watched,
}

if __name__ == "__main__":
    target, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS.get(target, list)()):
        (folder / f"seed-{number:04}").write_bytes(seed)
