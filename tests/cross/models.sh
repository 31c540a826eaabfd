#!/usr/bin/env bash
# Hearth against PyPI's transformers on freshly drawn tiny models of every architecture: 20 draws
# each, logits at every position. Needs a network at its first run.
#   tests/cross/models.sh [--draws N] [--seed N] [--only NAME]... [--hearth PROGRAM]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
export OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1
exec "$python" -W ignore "$cross/compare_models.py" \
    --hearth "$cross/../../build/release/bin/hearth" "$@"
