#!/usr/bin/env bash
# Rebuilds the demo model from Debian packages, with Hearth's own training.
#
#   app/demo/recipe.sh WORK_DIR [WORKER]
#
# WORK_DIR gets corpus, tokenizer, checkpoints and the finished model (WORK_DIR/model); a
# command that was stopped goes on where it was when it is given again. WORKER is the path of
# hearth-worker (default: build/release/bin/hearth-worker). Nothing in the repository changes;
# to ship a new model, copy WORK_DIR/model to app/demo/model.
set -euo pipefail

packages=(python3 wordnet-base dict-jargon dict-devil dict-elements)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [[ $# -lt 1 || $1 == -h || $1 == --help ]]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
    exit $(($# < 1 ? 2 : 0))
fi
worker=$(realpath "${2:-$here/../../build/release/bin/hearth-worker}")
[[ -x $worker ]] || { echo "recipe: there is no worker at $worker; build it first" >&2; exit 1; }
mkdir -p "$1"
cd "$1"

install_packages() {
    local missing=() package
    for package in "${packages[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    local root=()
    ((EUID)) && root=(sudo)
    "${root[@]}" apt-get update -q
    "${root[@]}" apt-get install -qy --no-install-recommends "${missing[@]}"
}

# step NAME OUTPUT: runs the job config/NAME.json unless its output is there.
step() {
    if [[ -e $2 ]]; then
        echo "recipe: $1 is done ($2)"
        return
    fi
    echo "recipe: $1"
    "$worker" --spec "$1.json" | tee -a "$1.log"
    [[ -e $2 ]] || { echo "recipe: $1 left no $2; its log is $PWD/$1.log" >&2; exit 1; }
}

install_packages
cp "$here"/config/* .
if [[ ! -e corpus ]]; then
    rm -rf corpus.part
    python3 "$here/corpus.py" corpus.part
    python3 "$here/instruct.py" corpus.part
    python3 "$here/check_practice.py" corpus.part/{instruct,rewordings}.jsonl
    mv corpus.part corpus
fi
step tokenizer tokenizer
step pretrain pretrained
step instruct instructed
step mtp drafting
step refine refined
step drafts model
echo "recipe: the model is in $PWD/model ($(du -sb model | cut -f1) bytes)"
