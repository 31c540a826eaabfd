#!/usr/bin/env bash
# A job's curves, exported and read back by PyPI's tensorboard: every tag, step, time and value has to
# be that of the API. Needs the network.
#   tests/long/tensorboard.sh [BUILD] [STEPS]
. "$(dirname "$0")/node.sh"
steps=${2:-20}
python_with "${TENSORBOARD_PYTHON:-}" tensorboard==2.21.0
start_node

# Held-out data brings a curve whose points are rarer; the demo's experts bring one each layer.
cat >"$work/settings.json" <<END
{"seed": 1, "validation_file": "$(hearth dataset add app/demo/handbook/train.jsonl 2>/dev/null)",
 "hearth": {"max_steps": $steps, "evaluate_every": 5, "lora": {"r": 4}}}
END
job=$(hearth finetune create --model hearth-demo --settings "$work/settings.json" \
    --training-file "$(hearth dataset add app/demo/handbook/train.jsonl 2>/dev/null)")
hearth finetune watch "$job" >/dev/null 2>&1
hearth finetune tensorboard "$job" "$work/curves"

SSL_CERT_FILE="$node/tls/ca.pem" "$python" tests/long/read_tensorboard.py \
    "$node/secrets/cli.json" "$job" "$work/curves"
