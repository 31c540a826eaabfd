#!/usr/bin/env bash
# How far SmolLM2-135M's predictions move when its weights have 4.5 or 8.5 bits, in Hearth and in
# llama.cpp, each against its own F32 run of the same values on the same tokens. Needs a network at
# its first run, 4 GB of disk and 2 GB of memory.
#   tests/benchmarks/quality_benchmark.sh [--tokens N] [--window N] [--json FILE]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/llama_cpp_build.sh"
"$python" -c "import gguf" 2>/dev/null ||
    "$python" -m pip install --quiet --disable-pip-version-check gguf==0.19.0
"$here/../../installer/fetch_model.sh" smollm2-135m "$environment/smollm2-135m" >/dev/null
exec "$python" "$here/quality_benchmark.py" \
    --model "$environment/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf" \
    --hearth "$here/../../build/release/bin/hearth" "$@"
