#!/usr/bin/env bash
# End-to-end: a fresh node over TLS, driven by the official `openai` client and the command line.
#   tests/e2e/run.sh BUILD_DIRECTORY
# Everything lives in a throw-away folder; the node is stopped at the end, whatever happens.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=$(cd "${1:?usage: tests/e2e/run.sh BUILD_DIRECTORY}" && pwd)
export PATH="$build/bin:$PATH"
work=$(mktemp -d)
node_dir="$work/node"
node_pid=
cleanup() {
    status=$?
    [ -z "$node_pid" ] || kill "$node_pid" 2>/dev/null || true
    [ -z "$node_pid" ] || wait "$node_pid" 2>/dev/null || true
    if [ "$status" -ne 0 ] && [ -f "$work/hearthd.log" ]; then
        echo "--- the node's log:" >&2
        tail -n 40 "$work/hearthd.log" >&2
    fi
    rm -rf "$work"
    exit "$status"
}
trap cleanup EXIT

free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 40000))
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

start_node() {
    hearthd --data "$node_dir" >>"$work/hearthd.log" 2>&1 &
    node_pid=$!
    for _ in $(seq 600); do
        # It answers before its models are loaded.
        hearth --data "$node_dir" node status 2>/dev/null | grep '^Status .*ready' >/dev/null && return
        kill -0 "$node_pid" 2>/dev/null || break
        sleep 0.1
    done
    echo "The node did not become ready." >&2
    return 1
}

# Exact versions; the client wants a newer Node.js than Debian 12 has, which npm brings too.
mkdir "$work/npm"
npm install --prefix "$work/npm" --loglevel=error --no-audit --no-fund openai@7.57.0 node@22.23.3
cp tests/e2e/*.mjs "$work/npm/"

hearth node init "$node_dir" --port "$(free_port)"
start_node
hearth --data "$node_dir" model add hearth-demo app/demo/model

export HEARTH_E2E_URL
HEARTH_E2E_URL=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$node_dir/secrets/cli.json")
export HEARTH_E2E_KEY
HEARTH_E2E_KEY=$(hearth --data "$node_dir" key create e2e 2>/dev/null)
export HEARTH_E2E_DATA="$PWD/tests/data/e2e"
export NODE_EXTRA_CA_CERTS="$node_dir/tls/ca.pem"
"$work/npm/node_modules/.bin/node" --test --test-reporter=spec "$work/npm/"*.test.mjs

tests/e2e/command_line.sh "$node_dir" "$work"
tests/e2e/gguf.sh "$node_dir" "$work"

# A stopped node keeps what it has: adapters and imported models are served again after a restart.
hearth --data "$node_dir" node stop
wait "$node_pid" || true
start_node
hearth --data "$node_dir" model list | grep -q '^ft:hearth-demo'
hearth --data "$node_dir" model list | grep -q '^demo-gguf '
[ -n "$(hearth --data "$node_dir" chat demo-gguf "What is a pump?" --max-tokens 8)" ]
echo "A restarted node serves its adapters and imported models."
