#!/usr/bin/env bash
# Hearth against llama.cpp on random weights of DeepSeek-V2-Lite's geometry: prefill and decode, one
# stream and several, with and without a context. llama.cpp is PyPI's llama-cpp-python, built for
# this processor, and npm's node-llama-cpp, prebuilt (--peers takes one of them); of each case the
# faster one counts. All run in turn, several rounds; medians and ratios are printed, and written as
# JSON. Needs a network at its first run, about 20 GB of disk and 12 GB of memory (with --layers 4:
# 4 and 3).
#   tests/benchmarks/engine_benchmark.sh [--layers N] [--rounds N] [--prefill N] [--decode N]
#       [--streams 1,4,16] [--context 0,12288] [--cache int8] [--peers pypi,npm] [--json FILE]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
programs=$here/../../build/release/bin
source "$here/llama_cpp_build.sh"
source "$here/llama_cpp_prebuilt.sh"
exec "$python" "$here/engine_benchmark.py" --programs "$programs" --python "$python" \
    --packages "$packages" --models "$environment/models" "$@"
