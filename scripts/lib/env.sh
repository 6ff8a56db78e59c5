# Sourced by the scripts: where the checkout, its cache, libllama and the default model are.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/swift-codec

# The file that `scripts/setup` takes out of the model's wheel.
model_name=SmolLM2-135M-Instruct.Q4_1.gguf
export CODEC_MODEL=${CODEC_MODEL:-$root/.models/$model_name}

# On macOS there is no .deps: SwiftPM finds Homebrew's llama.pc by itself.
if [ -d "$root/.deps/lib/pkgconfig" ]; then
    export PKG_CONFIG_PATH=$root/.deps/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
fi

# The Pythons of the interoperability and of the differential tests, made by `scripts/setup --with-python`.
test_python=$root/.build-venv/bin/python
reference_python=$root/.build-references/bin/python

note() { printf '==> %s\n' "$*" >&2; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
