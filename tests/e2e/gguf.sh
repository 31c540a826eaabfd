#!/usr/bin/env bash
# A model that comes as a GGUF file, from its import to its answers, against the node that
# tests/e2e/run.sh started with its environment:
#   tests/e2e/gguf.sh NODE_DIRECTORY WORK_DIRECTORY
set -euo pipefail

node_dir=$1
work=$2/gguf
hearth() { command hearth --data "$node_dir" "$@"; }
fail() {
    echo "gguf.sh: $*" >&2
    exit 1
}
refused() { # refused TEXT NAME FILE: the import fails, says TEXT, and leaves no model
    local output
    if output=$(hearth model add "$2" "$3" 2>&1); then fail "imported $3"; fi
    grep -q -- "$1" <<<"$output" || fail "about $3 it said: $output"
    if hearth model inspect "$2" >/dev/null 2>&1; then fail "$2 stayed"; fi
}

# The demo model, its text cut into words as GPT-2 does: GGUF has no name for its own pattern.
mkdir -p "$work/model"
cp app/demo/model/* "$work/model/"
python3 - "$work/model/tokenizer.json" <<'PYTHON'
import json, pathlib, sys
file = pathlib.Path(sys.argv[1])
tokenizer = json.loads(file.read_text())
tokenizer["pre_tokenizer"] = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}
file.write_text(json.dumps(tokenizer))
PYTHON
hearth model add demo-words "$work/model" >/dev/null

# BF16 is what the matrices are stored in: the file holds the same weights, bit for bit.
hearth model export-gguf "$work/model" "$work/same.gguf" --type bf16 >/dev/null
hearth model export-gguf "$work/model" "$work/small.gguf" --type q4_0 >/dev/null
[ "$(wc -c <"$work/small.gguf")" -lt "$(wc -c <"$work/same.gguf")" ] || fail "Q4_0 is no smaller"

head -c 100000 "$work/same.gguf" >"$work/cut.gguf"
refused "cut.gguf" demo-gguf-cut "$work/cut.gguf"
cp README.md "$work/text.gguf"
refused "GGUF" demo-gguf-text "$work/text.gguf"

hearth model add demo-gguf "$work/same.gguf" | grep -q 'demo-gguf' || fail "model add"
hearth model add demo-gguf-q4 "$work/small.gguf" >/dev/null
# The node has its own copy.
rm "$work/same.gguf" "$work/small.gguf"
hearth model unload demo-gguf >/dev/null
hearth model load demo-gguf | grep -q 'Serving demo-gguf' || fail "model load"
hearth model inspect demo-gguf | grep -q 'DeepseekV3ForCausalLM' || fail "model inspect"

question="What is a pump?"
expected=$(hearth chat demo-words "$question" --max-tokens 24)
[ -n "$expected" ] || fail "the demo model has no answer"
answer=$(hearth chat demo-gguf "$question" --max-tokens 24)
[ "$answer" = "$expected" ] || fail "'$answer' instead of '$expected'"
hearth chat demo-gguf-q4 "$question" --max-tokens 24 | grep -q '[[:alpha:]]' || fail "Q4_0"

node tests/e2e/same_answers.mjs demo-words demo-gguf
echo "A model from a GGUF file answers as the one it was made of."
