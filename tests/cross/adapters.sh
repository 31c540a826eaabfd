#!/usr/bin/env bash
# LoRA adapters between Hearth and PyPI's PEFT, both ways, on freshly drawn tiny models.
#   tests/cross/adapters.sh [--draws N] [--seed N] [--only NAME]...
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
build=$cross/../../build/release
cmake --build "$build" --target hearth cross_adapter >/dev/null
export OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1
exec "$python" -W ignore "$cross/compare_adapters.py" \
    --hearth "$build/bin/hearth" --trainer "$build/bin/cross_adapter" "$@"
