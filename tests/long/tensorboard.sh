#!/usr/bin/env bash
# A job's curves, exported and read back by PyPI's tensorboard: every tag, step, time and value has to
# be that of the API. Needs the network.
#   tests/long/tensorboard.sh [BUILD] [STEPS]
set -euo pipefail
cd "$(dirname "$0")/../.."

build=$(cd "${1:-build/release}" && pwd)
steps=${2:-20}
work=$(mktemp -d)
node="$work/node"
node_pid=
cleanup() {
    status=$?
    [ -z "$node_pid" ] || kill "$node_pid" 2>/dev/null || true
    [ -z "$node_pid" ] || wait "$node_pid" 2>/dev/null || true
    [ "$status" -eq 0 ] || tail -n 20 "$work/hearthd.log" >&2 || true
    rm -rf "$work"
    exit "$status"
}
trap cleanup EXIT
hearth() { "$build/bin/hearth" --data "$node" "$@"; }

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check tensorboard==2.21.0

hearth node init "$node" --port $((20000 + RANDOM % 40000)) >/dev/null
"$build/bin/hearthd" --data "$node" >"$work/hearthd.log" 2>&1 &
node_pid=$!
for _ in $(seq 600); do
    ! hearth node status 2>/dev/null | grep '^Status .*ready' >/dev/null || break
    kill -0 "$node_pid" # or it has ended
    sleep 0.1
done
hearth model add hearth-demo app/demo/model >/dev/null

# Held-out data brings a curve whose points are rarer; the demo's experts bring one each layer.
cat >"$work/settings.json" <<END
{"seed": 1, "validation_file": "$(hearth dataset add app/demo/handbook/train.jsonl 2>/dev/null)",
 "hearth": {"max_steps": $steps, "evaluate_every": 5, "lora": {"r": 4}}}
END
job=$(hearth finetune create --model hearth-demo --settings "$work/settings.json" \
    --training-file "$(hearth dataset add app/demo/handbook/train.jsonl 2>/dev/null)")
hearth finetune watch "$job" >/dev/null 2>&1
hearth finetune tensorboard "$job" "$work/curves"

SSL_CERT_FILE="$node/tls/ca.pem" "$work/venv/bin/python" tests/long/read_tensorboard.py \
    "$node/secrets/cli.json" "$job" "$work/curves"
