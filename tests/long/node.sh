# Sourced by the scripts of this folder with their arguments: a folder and a node of their own, which go
# with the script. It sets
#   build, work, node   the programs, a folder for anything, the node's data
#   pids                what ends with the script; add what is started; "-PID" is a group
# and defines hearth, fail, expect_error, python_with and start_node.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

build=$(cd "${1:-build/release}" && pwd)
work=$(mktemp -d)
node="$work/node"
pids=()
cleanup() {
    status=$?
    for pid in "${pids[@]}"; do
        kill -- "$pid" 2>/dev/null || true
        wait "${pid#-}" 2>/dev/null || true
    done
    [ "$status" -eq 0 ] || tail -n 20 "$work"/*.log >&2 || true
    rm -rf "$work"
    exit "$status"
}
trap cleanup EXIT

hearth() { "$build/bin/hearth" --data "$node" "$@"; }
fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}
expect_error() { # expect_error TEXT COMMAND...: the command fails and says TEXT
    local text=$1 output
    shift
    if output=$("$@" 2>&1); then fail "succeeded: $*"; fi
    grep -q -- "$text" <<<"$output" || fail "'$*' said: $output"
}
python_with() { # python_with GIVEN PACKAGE...: sets python to GIVEN, or to a new environment with these
    python=$1
    [ -z "$python" ] || return 0
    python3 -m venv "$work/venv"
    python="$work/venv/bin/python"
    "$python" -m pip install --quiet --disable-pip-version-check "${@:2}"
}
start_node() { # with the demo model
    local pid
    hearth node init "$node" --port $((40000 + RANDOM % 20000)) >/dev/null
    "$build/bin/hearthd" --data "$node" >"$work/hearthd.log" 2>&1 &
    pid=$!
    pids+=("$pid")
    for _ in $(seq 600); do
        ! hearth node status 2>/dev/null | grep '^Status .*ready' >/dev/null || break
        kill -0 "$pid" # or it has ended
        sleep 0.1
    done
    hearth model add hearth-demo app/demo/model >/dev/null
}
