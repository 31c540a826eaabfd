#!/usr/bin/env bash
# Hearth against llama.cpp on random weights of DeepSeek-V2-Lite's geometry: prefill and decode, one
# stream and several, with and without a context. Both run in turn, several rounds; medians and
# ratios are printed, and written as JSON. Needs a network at its first run, about 20 GB of disk
# and 12 GB of memory (with --layers 4: 4 and 3).
#   tests/benchmarks/engine_benchmark.sh [--layers N] [--rounds N] [--prefill N] [--decode N]
#       [--streams 1,4,16] [--context 0,12288] [--cache int8] [--json FILE]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
programs=$here/../../build/release/bin
environment=${XDG_CACHE_HOME:-$HOME/.cache}/hearth/benchmark-llama-cpp-0.3.36
python=$environment/bin/python

if [ ! -e "$environment/complete" ]; then
    rm -rf "$environment"
    python3 -m venv "$environment"
    # Built for this processor, but without AMX: llama.cpp then repacks MLA's tensors in a way
    # that it cannot run (an assertion in ggml-backend.cpp). No cache: it may hold a wheel with AMX.
    no_amx="-mno-amx-tile -mno-amx-int8 -mno-amx-bf16"
    CMAKE_ARGS="-DGGML_NATIVE=ON -DCMAKE_C_FLAGS='$no_amx' -DCMAKE_CXX_FLAGS='$no_amx'" \
        "$environment/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir \
        --no-binary llama-cpp-python llama-cpp-python==0.3.36 numpy
    touch "$environment/complete"
fi
exec "$python" "$here/engine_benchmark.py" --programs "$programs" --python "$python" \
    --models "$environment/models" "$@"
