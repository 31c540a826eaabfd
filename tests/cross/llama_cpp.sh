#!/usr/bin/env bash
# Hearth against llama.cpp: exports tiny models of every architecture that both know and compares
# 24 greedy steps and all logits, and reads GGUF files that llama.cpp's own writer made. Needs a
# network at its first run.
#   tests/cross/llama_cpp.sh [--only NAME]... [--hearth PROGRAM]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/llama_cpp_environment.sh"
exec "$python" "$cross/compare_llama_cpp.py" --packages "$packages" \
    --hearth "$cross/../../build/release/bin/hearth" "$@"
