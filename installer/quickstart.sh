#!/usr/bin/env bash
# From a fresh clone to a node that has been fine-tuned on private data, in one command:
#   installer/quickstart.sh [--headless]
# Installs the Debian packages that are missing, builds, makes a node in var/quickstart, starts
# it, and runs the main job: upload a handbook, fine-tune the demo model on it, ask it questions
# before and after. The node is left running. Where there is a display, the console opens, signed
# in to the node. Running it again is safe.
# --headless builds and opens no console. HEARTH_PORT chooses the node's port (default 8443).
set -euo pipefail
cd "$(dirname "$0")/.."

console=
[ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || console=hearth-console
case "${1:-}" in
    "") ;;
    --headless) console= ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

node=var/quickstart
data=app/demo/handbook
bin=$PWD/build/release/bin

say() { if [ -t 1 ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi; }
hearth() { "$bin/hearth" --data "$node" "$@"; }
port_is_free() { ! (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

say "1/5  Packages"
installer/dependencies.sh build ${console:+console}
echo "All there."

say "2/5  Build"
cmake --preset release >/dev/null
cmake --build --preset release --target hearthd hearth-worker hearth $console

say "3/5  Node in $node"
if [ ! -f "$node/config.toml" ]; then
    port=${HEARTH_PORT:-8443}
    if [ -z "${HEARTH_PORT:-}" ]; then
        while ! port_is_free "$port"; do port=$((port + 1)); done
    fi
    hearth node init "$node" --port "$port"
fi
if ! hearth node status >/dev/null 2>&1; then
    # Its own session: closing this terminal does not stop the node.
    setsid "$bin/hearthd" --data "$node" </dev/null >>"$node/logs/console.log" 2>&1 &
    for _ in $(seq 100); do
        hearth node status >/dev/null 2>&1 && break
        sleep 0.1
    done
    if ! hearth node status; then
        echo "The node did not start. Its last words:" >&2
        tail -n 20 "$node/logs/console.log" >&2
        exit 1
    fi
fi
if ! hearth model inspect hearth-demo >/dev/null 2>&1; then
    hearth model add hearth-demo app/demo/model
fi
echo "The node is ready and serves hearth-demo."

say "4/5  Fine-tune on the handbook of a plant the model has never heard of"
started=$(date +%s)
training=$(hearth dataset add "$data/train.jsonl")
trained=$(hearth dataset add "$data/test_trained.jsonl" --purpose evals)
reworded=$(hearth dataset add "$data/test_reworded.jsonl" --purpose evals)
hearth finetune create --model hearth-demo --training-file "$training" --suffix handbook \
    --settings "$data/job.json" \
    --evaluate "trained questions=$trained" --evaluate "reworded questions=$reworded" --watch
echo "Main job: $(($(date +%s) - started)) s, upload and both evaluations included."
pid=$(hearth node status | awk '$1 == "Process" { print $2 }')
awk '$1 == "VmHWM:" { printf "The node held at most %d MB of memory.\n", $2 / 1000 }' "/proc/$pid/status"
model=$(hearth model list | awk '/^ft:hearth-demo:handbook/ { print $1 }' | tail -n 1)

say "5/5  Ask it"
question=$(sed -n '1s/.*"question": *"\([^"]*\)".*/\1/p' "$data/test_reworded.jsonl")
echo "> $question"
echo "hearth-demo:       $(hearth chat hearth-demo "$question" --max-tokens 48)"
echo "fine-tuned:        $(hearth chat "$model" "$question" --max-tokens 48)"

url=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$node/secrets/cli.json")
if [ -n "$console" ]; then
    # Like the node, it outlives this terminal.
    setsid "$bin/hearth-console" --data "$node" </dev/null >>"$node/logs/window.log" 2>&1 &
    echo
    echo "The console is opening, signed in to this node."
fi
cat <<TEXT

The node keeps running at $url. Try next:
  build/release/bin/hearth --data $node chat $model
  build/release/bin/hearth --data $node key create my-application
  curl --cacert $node/tls/ca.pem -H "Authorization: Bearer YOUR_KEY" $url/v1/models
Stop it with:
  build/release/bin/hearth --data $node node stop
TEXT
