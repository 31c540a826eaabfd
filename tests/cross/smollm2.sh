#!/usr/bin/env bash
# SmolLM2-135M-Instruct in Hearth and in llama.cpp, from the same GGUF file: the answers to 20
# prompts at temperature 0, and the distance of their distributions. Needs a network at its first
# run.
#   tests/cross/smollm2.sh [--hearth PROGRAM]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/llama_cpp_environment.sh"
"$cross/../../installer/fetch_model.sh" smollm2-135m "$environment/smollm2-135m" >/dev/null
exec "$python" "$cross/compare_smollm2.py" --packages "$packages" \
    --model "$environment/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf" \
    --hearth "$cross/../../build/release/bin/hearth" "$@"
