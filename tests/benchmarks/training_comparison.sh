#!/usr/bin/env bash
# Hearth's training against PyTorch, transformers and PEFT, on random models: the same tokens, the
# same start, the same optimiser. Checks that the losses agree, then measures tokens a second and
# memory, both in turn, and prints medians and ratios. Needs a network at its first run (the newest
# packages of PyPI, in a virtual environment of its own), 12 GB of disk and 16 GB of memory.
#   tests/benchmarks/training_comparison.sh [--models moe-20m,moe-300m,dense-135m]
#       [--train lora,full] [--rounds N] [--steps N] [--warmup N] [--settings f32:grouped_mm,...]
#       [--precisions f32,bf16] [--under COMMAND] [--environment DIR] [--json FILE]
# --settings: of PyTorch, all measured, instead of trying some first; --precisions: of Hearth; --under: put before every measured program.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
environment=${XDG_CACHE_HOME:-$HOME/.cache}/hearth/benchmark-training
arguments=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --environment) environment=$(realpath -m "$2"); shift 2 ;;
        *) arguments+=("$1"); shift ;;
    esac
done
hearth=$here/../../build/release/bin/hearth
[[ -x $hearth ]] || { echo "training_comparison: build hearth first (preset release)" >&2; exit 1; }
if [[ ! -e $environment/complete ]]; then
    rm -rf "$environment"
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check torch transformers peft
    touch "$environment/complete"
fi
export HF_HUB_OFFLINE=1
exec "$environment/bin/python" "$here/training_comparison.py" --hearth "$hearth" \
    --folder "$environment/models" "${arguments[@]}"
