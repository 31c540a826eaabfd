#!/usr/bin/env bash
# Reinforces the demo model on small sums with a required form, and prints the reward's curve.
#   tests/benchmarks/grpo_sums.sh WORK_DIR [WORKER]
# WORKER is the path of hearth-worker (default: build/release/bin/hearth-worker).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ $# -ge 1 ]] || { sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2; }
worker=$(realpath "${2:-$here/../../build/release/bin/hearth-worker}")
[[ -x $worker ]] || { echo "grpo_sums: there is no worker at $worker; build it first" >&2; exit 1; }
[[ ! -e $1 ]] || { echo "grpo_sums: $1 exists; name a new directory" >&2; exit 1; }
mkdir -p "$1"
python3 "$here/grpo_sums.py" write "$1" "$here/../../app/demo/model"
cd "$1"
"$worker" --spec warm_job.json --json >warm.log
start=$SECONDS
"$worker" --spec grpo_job.json --json >grpo.log
echo "| steps | sampled | greedy, trained sums | greedy, other sums |"
echo "|---|---|---|---|"
python3 "$here/grpo_sums.py" curve <grpo.log
echo "$((SECONDS - start)) s of reinforcement"
